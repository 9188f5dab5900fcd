internal import Glibc
internal import MusterCSV
internal import MusterCore
internal import MusterFiles

/// A rejects file that is being written.
struct RejectsFile: ~Copyable {
  private var output: OutputFile
  private var sink: ByteSink
  private var writer: CSVWriter
  /// Whether a terminal gets it, with invisible characters escaped.
  private let escapes: Bool

  init(path: String, rule: TargetRule, delimiter: UInt8, columns: [[UInt8]]) throws {
    output = try CommandFailure.of { () throws(FileFailure) in
      try OutputFile(FileName(path), rule)
    }
    escapes = Terminal.isTerminal(output.descriptor)
    sink = ByteSink(descriptor: output.descriptor, name: path)
    writer = CSVWriter(delimiter: delimiter)
    for name in RejectsHeader.columns(columns) { add(name) }
    writer.endRow(in: &sink.bytes)
  }

  /// Begins a rejected row; its cells or their CSV follow.
  mutating func begin(_ row: RejectedRow, line: Int) {
    writer.append(line > 0 ? String(line) : "", to: &sink.bytes)
    add(row.text)
  }

  mutating func append(cell: UnsafeBufferPointer<UInt8>) {
    if escapes {
      unsafe writer.append(ShownCell.text(cell), to: &sink.bytes)
    } else {
      unsafe writer.append(cell: cell, to: &sink.bytes)
    }
  }

  private mutating func add(_ cell: [UInt8]) {
    unsafe cell.withUnsafeBufferPointer { unsafe append(cell: $0) }
  }

  mutating func endRow() throws {
    writer.endRow(in: &sink.bytes)
    try sink.flushIfFull()
  }

  /// Whether rows may be added as CSV: at a terminal each cell is looked at.
  var takesCSV: Bool { !escapes }

  /// Ends the row with cells that are CSV already, with their line end.
  mutating func endRow(delimiter: UInt8, csv: [UInt8]) throws {
    writer.endRow(in: &sink.bytes)
    if csv.count > 0 {
      sink.bytes.removeLast()
      sink.bytes.append(delimiter)
      sink.bytes += csv
    }
    try sink.flushIfFull()
  }

  /// Gives the file its name.
  mutating func complete() throws {
    try sink.flush()
    try CommandFailure.of { () throws(FileFailure) in try output.complete() }
  }
}
