internal import MusterCSV
internal import MusterClient

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
  /// Rows that came out together with the header: the reader holds the first few bytes back.
  private var early: [EarlyRow] = []
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
          let cells = (0..<row.cellCount).map { unsafe Array(row.cell($0)) }
          if header == nil {
            header = cells
          } else {
            early.append(EarlyRow(line: row.line, cells: cells))
          }
        }
      } catch {
        throw input.naming(error)
      }
    }
    columns = header ?? []
  }

  /// Sends all rows from the one that the daemon wants next.
  ///
  /// A pipe's source may do so again, on another stream, with rows of its spool.
  func send(to sender: inout ImportRowSender) async throws {
    if rowCount > sender.accepted.nextRow { try await sendAgain(to: &sender) }
    for row in early {
      rowCount += 1
      piece.begin(line: row.line, isSent: rowCount > sender.accepted.nextRow)
      for cell in row.cells {
        unsafe cell.withUnsafeBufferPointer { unsafe piece.add($0, to: &sender) }
      }
      piece.end(&sender)
    }
    early = []
    try share()
    while !isAtEnd {
      if blocks.wouldWait { try await sender.flush() }
      let isLast = try await fill()
      repeat {
        if interrupt.isRequested { throw Interrupted() }
        try readPiece(isLast: isLast, to: &sender)
        try share()
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
          again.begin(line: row.line, isSent: true)
          for place in 0..<row.cellCount { unsafe again.add(row.cell(place), to: &sender) }
          again.end(&sender)
        }
      }
      try again.share()
      if sender.isFull { try await sender.flush() }
    }
  }

  private func readPiece(isLast: Bool, to sender: inout ImportRowSender) throws {
    let end = unsafe min(offset + CommandBounds.pieceBytes, blocks.block.count)
    let bytes = unsafe UnsafeRawBufferPointer(rebasing: blocks.block[offset..<end])
    offset = end
    do {
      unsafe try reader.read(bytes, isLast: isLast) { row in
        rowCount += 1
        piece.begin(line: row.line, isSent: rowCount > sender.accepted.nextRow)
        for place in 0..<row.cellCount { unsafe piece.add(row.cell(place), to: &sender) }
        piece.end(&sender)
      }
    } catch {
      try share()
      throw input.naming(error)
    }
  }

  /// Tells the other side of the import which rows are about to be sent.
  private func share() throws {
    lines.append(piece.lines)
    try piece.share()
  }
}

/// A row that was read before the import began.
private struct EarlyRow {
  var line: Int
  var cells: [[UInt8]]
}
