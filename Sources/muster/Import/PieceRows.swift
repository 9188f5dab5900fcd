internal import MusterCSV
internal import MusterClient

/// The rows of one piece of the file: cut to what may be sent, and kept where they cannot be
/// read again.
struct PieceRows {
  /// The lines on which the rows begin.
  private(set) var lines: [Int] = []

  private let spool: PipeSpool?
  let delimiter: UInt8
  private var writer: CSVWriter
  private var kept: [UInt8] = []
  private var keptEnds: [Int] = []
  private var cellCount = 0
  private var rowBytes = 0

  init(delimiter: UInt8, spool: PipeSpool?) {
    self.spool = spool
    self.delimiter = delimiter
    writer = CSVWriter(delimiter: delimiter)
  }

  /// Begins a row.
  mutating func begin(line: Int) {
    lines.append(line)
    cellCount = 0
    rowBytes = 0
  }

  /// Adds a cell as the daemon may have it: it judges a cell that is too long by one byte over its
  /// limit, and a row that is too long or has too many cells without the rest of it.
  mutating func add(_ cell: UnsafeBufferPointer<UInt8>, to sender: inout ImportRowSender) {
    if cellCount < CommandBounds.cellsPerRowMax {
      let limits = sender.accepted.limits
      let room = rowBytes > limits.rowBytesMax ? 0 : limits.cellBytesMax + 1
      let sent = unsafe UnsafeBufferPointer(rebasing: cell.prefix(room))
      unsafe sender.append(cell: sent)
      rowBytes += sent.count
    }
    unsafe keep(cell)
    cellCount += 1
  }

  /// Adds a cell of a row that the daemon already has.
  mutating func keep(_ cell: UnsafeBufferPointer<UInt8>) {
    if spool != nil { unsafe writer.append(cell: cell, to: &kept) }
  }

  mutating func end(_ sender: inout ImportRowSender) {
    _ = sender.endRow()
    endKept()
  }

  /// Ends a row that the daemon already has.
  mutating func endKept() {
    if spool != nil {
      writer.endRow(in: &kept)
      keptEnds.append(kept.count)
    }
  }

  /// Hands the rows to the spool, and then to whoever looks for their lines; starts the next piece.
  mutating func share(_ shared: SharedLines?) throws {
    try spool?.append(kept, ends: keptEnds)
    shared?.append(lines)
    kept.removeAll(keepingCapacity: true)
    keptEnds.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
  }
}
