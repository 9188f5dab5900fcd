internal import Glibc
internal import MusterCSV

/// A rejects file that is being written: under a temporary name until it is complete, and readable
/// by its owner only, since it holds what members sent.
struct RejectsFile: ~Copyable {
  private let path: String
  private let temporaryPath: String
  private var sink: ByteSink
  private var writer: CSVWriter
  private var isComplete = false

  init(path: String, delimiter: UInt8, columns: [[UInt8]]) throws {
    self.path = path
    temporaryPath = "\(path).part-\(getpid())"
    let descriptor = unsafe open(
      temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw CommandFailure.system("Writing \(path) failed") }
    sink = ByteSink(descriptor: descriptor, name: path)
    writer = CSVWriter(delimiter: delimiter)
    writer.append(RejectsHeader.line, to: &sink.bytes)
    writer.append(RejectsHeader.error, to: &sink.bytes)
    for (name, isKept) in zip(columns, RejectsHeader.keeps(columns)) where isKept {
      writer.append(cell: name, to: &sink.bytes)
    }
    writer.endRow(in: &sink.bytes)
  }

  deinit {
    close(sink.descriptor)
    if !isComplete { unsafe unlink(temporaryPath) }
  }

  /// Begins a rejected row; its cells or their CSV follow.
  mutating func begin(_ row: RejectedRow) {
    writer.append(row.line > 0 ? String(row.line) : "", to: &sink.bytes)
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
    guard fsync(sink.descriptor) == 0, unsafe rename(temporaryPath, path) == 0 else {
      throw CommandFailure.system("Writing \(path) failed")
    }
    isComplete = true
  }
}
