internal import MusterCSV
internal import MusterClient
internal import MusterCore

/// The rows of a CSV file or pipe on their way into an import.
///
/// One task uses it at a time: first the one that begins the import, then the one that sends.
@safe final class ImportSource: @unchecked Sendable {
  /// The names of the columns, as the header has them.
  private(set) var columns: [[UInt8]] = []
  /// Rows read so far, the header left out.
  private(set) var rowCount: UInt64 = 0

  private let input: InputFile
  private let blocks: BlockReader
  private let lines: SharedLines
  private let interrupt: Interrupt
  private var reader: CSVReader
  /// Bytes of the block that the reader has had.
  private var offset = 0
  private var isAtEnd = false
  /// Rows that were read before they were wanted: the reader holds the first few bytes back, and
  /// gives out whole pieces.
  private var early: ArraySlice<EarlyRow> = []
  private var piece: PieceRows
  private let spool: PipeSpool?

  init(
    _ input: InputFile, delimiter: UInt8, interrupt: Interrupt, lines: SharedLines,
    spool: PipeSpool?
  ) {
    self.input = input
    self.interrupt = interrupt
    self.lines = lines
    self.spool = spool
    blocks = BlockReader(input, interrupt: interrupt)
    reader = CSVReader(delimiter: delimiter)
    piece = PieceRows(delimiter: delimiter, spool: spool)
  }

  /// Reads as far as the header.
  func readHeader() async throws {
    var header: [[UInt8]]?
    while header == nil {
      let isLast = try await fill()
      let bytes = unsafe isLast ? nil : blocks.block[offset...]
      // Line by line, so that no more rows than must come out with the header.
      let end =
        unsafe bytes?.firstIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? blocks.block.count
      let line = unsafe UnsafeRawBufferPointer(
        rebasing: blocks.block[offset..<(isLast ? offset : end)])
      offset += line.count
      do {
        unsafe try reader.read(line, isLast: isLast) { row in
          let next = EarlyRow(row)
          if header == nil { header = next.cells } else { early.append(next) }
        }
      } catch {
        throw input.naming(error)
      }
    }
    columns = header ?? []
  }

  /// Reads the rows before one, counted from 0, which the daemon has already.
  ///
  /// - Parameter settled: Called after each piece, whose rows can be looked up then.
  func skip(to row: UInt64, settled: () throws -> Void = {}) async throws {
    while rowCount < row, let next = early.popFirst() { keep(next) }
    try piece.share(lines)
    while rowCount < row, !isAtEnd {
      let isLast = try await fill()
      repeat {
        if interrupt.isRequested { throw Interrupted() }
        try skipPiece(to: row, isLast: isLast)
        try settled()
      } while unsafe rowCount < row && offset < blocks.block.count
    }
  }

  /// Sends all rows from the one that the daemon wants next.
  ///
  /// A pipe's source may do so again, on another stream, with rows of its spool.
  func send(to sender: inout ImportRowSender) async throws {
    if rowCount > sender.accepted.nextRow { try await sendAgain(to: &sender) }
    for row in early {
      rowCount += 1
      piece.begin(line: row.line)
      for cell in row.cells {
        unsafe cell.withUnsafeBufferPointer { unsafe piece.add($0, to: &sender) }
      }
      piece.end(&sender)
    }
    early = []
    try piece.share(lines)
    while !isAtEnd {
      if blocks.wouldWait { try await sender.flush() }
      let isLast = try await fill()
      repeat {
        if interrupt.isRequested { throw Interrupted() }
        try sendPiece(isLast: isLast, to: &sender)
        if sender.isFull { try await sender.flush() }
      } while unsafe offset < blocks.block.count
    }
  }

  /// Reads the next block once all of this one was read.
  ///
  /// - Returns: Whether the end has come: the reader is then given no bytes, and told so.
  private func fill() async throws -> Bool {
    guard unsafe offset == blocks.block.count else { return false }
    let isMore = try await blocks.next()
    offset = 0
    isAtEnd = !isMore
    return isAtEnd
  }

  /// Sends the rows that were read already and that the daemon does not have.
  private func sendAgain(to sender: inout ImportRowSender) async throws {
    let delimiter = piece.delimiter
    var again = PieceRows(delimiter: delimiter, spool: nil)
    while sender.nextRow < rowCount {
      if interrupt.isRequested { throw Interrupted() }
      let bytes = try spool?.rows(from: sender.nextRow, bytesMax: CommandBounds.pieceBytes) ?? []
      guard !bytes.isEmpty else {
        let kept = spool?.firstKeptRow ?? rowCount
        throw CommandFailure(
          "The daemon goes on at row \(sender.nextRow), and of \(input.name) only the "
            + "\(NumberText.count(rowCount - min(kept, rowCount), "row")) from row \(kept) on are "
            + "kept here.")
      }
      var reader = CSVReader(delimiter: delimiter, rowBytesMax: .max)
      unsafe try bytes.withUnsafeBytes { bytes in
        unsafe try reader.read(bytes, isLast: true) { row in
          again.begin(line: row.line)
          for place in 0..<row.cellCount { unsafe again.add(row.cell(place), to: &sender) }
          again.end(&sender)
        }
      }
      try again.share(nil)
      if sender.isFull { try await sender.flush() }
    }
  }

  private func sendPiece(isLast: Bool, to sender: inout ImportRowSender) throws {
    try readPiece(isLast: isLast) { row in
      rowCount += 1
      piece.begin(line: row.line)
      for place in 0..<row.cellCount { unsafe piece.add(row.cell(place), to: &sender) }
      piece.end(&sender)
    }
  }

  private func skipPiece(to end: UInt64, isLast: Bool) throws {
    try readPiece(isLast: isLast) { row in
      guard rowCount < end else { return early.append(EarlyRow(row)) }
      rowCount += 1
      piece.begin(line: row.line)
      for place in 0..<row.cellCount { unsafe piece.keep(row.cell(place)) }
      piece.endKept()
    }
  }

  /// Reads a piece and tells the other side of the import which rows were in it.
  private func readPiece(isLast: Bool, _ take: (borrowing CSVRow) -> Void) throws {
    let end = unsafe min(offset + CommandBounds.pieceBytes, blocks.block.count)
    let bytes = unsafe UnsafeRawBufferPointer(rebasing: blocks.block[offset..<end])
    offset = end
    do {
      unsafe try reader.read(bytes, isLast: isLast) { take($0) }
    } catch {
      try piece.share(lines)
      throw input.naming(error)
    }
    try piece.share(lines)
  }

  /// Keeps a row that was read early and that the daemon has already.
  private func keep(_ row: EarlyRow) {
    rowCount += 1
    piece.begin(line: row.line)
    for cell in row.cells { unsafe cell.withUnsafeBufferPointer { unsafe piece.keep($0) } }
    piece.endKept()
  }
}

/// A row that was read before it was wanted.
private struct EarlyRow {
  var line: Int
  var cells: [[UInt8]]

  init(_ row: borrowing CSVRow) {
    line = row.line
    cells = (0..<row.cellCount).map { unsafe Array(row.cell($0)) }
  }
}
