/// Rejected rows of a pipe, which cannot be read again: their cells come from the spool, at once.
struct PipeRejects: Rejects {
  private let path: String
  private let delimiter: UInt8
  private let spool: PipeSpool
  private var file: RejectsFileBox?
  private var columns: [[UInt8]]
  /// What the daemon had decided at the last progress but one: faults of rows after it may still
  /// come.
  private var decidedRows: UInt64 = 0

  init(path: String, delimiter: UInt8, spool: PipeSpool, columns: [[UInt8]]) {
    self.path = path
    self.delimiter = delimiter
    self.spool = spool
    self.columns = columns
  }

  mutating func add(_ row: RejectedRow) throws {
    if file == nil {
      file = RejectsFileBox(
        try RejectsFile(path: path, delimiter: delimiter, columns: columns))
    }
    let csv = try spool.row(row.row - 1) ?? []
    file?.file.begin(row)
    try file?.file.endRow(delimiter: delimiter, csv: csv)
  }

  mutating func forget(rowsBefore row: UInt64) {
    spool.forget(rowsBefore: decidedRows)
    decidedRows = row
  }

  mutating func finish(columns: [[UInt8]]) throws -> Bool {
    guard let file else { return false }
    try file.file.complete()
    return true
  }
}

/// Keeps the file in one place.
private final class RejectsFileBox {
  var file: RejectsFile

  init(_ file: consuming RejectsFile) { self.file = file }
}
