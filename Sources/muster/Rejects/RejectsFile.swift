internal import Glibc
internal import MusterCSV

/// A rejects file that is being written.
struct RejectsFile: ~Copyable {
  private var file: NewFile
  private var sink: ByteSink
  private var writer: CSVWriter

  init(path: String, delimiter: UInt8, columns: [[UInt8]]) throws {
    file = try NewFile(path)
    sink = ByteSink(descriptor: file.descriptor, name: path)
    writer = CSVWriter(delimiter: delimiter)
    for name in RejectsHeader.columns(columns) {
      writer.append(cell: name, to: &sink.bytes)
    }
    writer.endRow(in: &sink.bytes)
  }

  /// Begins a rejected row; its cells or their CSV follow.
  mutating func begin(_ row: RejectedRow, line: Int) {
    writer.append(line > 0 ? String(line) : "", to: &sink.bytes)
    writer.append(cell: row.text, to: &sink.bytes)
  }

  mutating func append(cell: UnsafeBufferPointer<UInt8>) {
    unsafe writer.append(cell: cell, to: &sink.bytes)
  }

  mutating func endRow() throws {
    writer.endRow(in: &sink.bytes)
    try sink.flushIfFull()
  }

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
    try file.complete()
  }
}
