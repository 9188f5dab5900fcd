/// Rejected rows of a pipe, which cannot be read again: their cells come from the spool, at once.
struct PipeRejects: Rejects {
  private var plan: RejectsPlan
  private let spool: PipeSpool
  private var file: RejectsFileBox?
  /// What the daemon had decided at the last progress: faults of rows after it may still come.
  private var decidedRows: UInt64 = 0

  init(_ plan: RejectsPlan, spool: PipeSpool) {
    self.plan = plan
    self.spool = spool
  }

  mutating func resume(atRow row: UInt64) { plan.resumedRow = row }

  mutating func add(_ row: RejectedRow) throws {
    let open = try file ?? RejectsFileBox(plan.begin())
    file = open
    let csv = try spool.row(row.row - 1) ?? []
    open.file.begin(row)
    try open.file.endRow(delimiter: plan.delimiter, csv: csv)
  }

  mutating func forget(rowsBefore row: UInt64) {
    spool.forget(rowsBefore: decidedRows)
    decidedRows = row
  }

  mutating func finish() throws -> Bool {
    guard let file else { return try plan.hasEarlier() }
    try file.file.complete()
    return true
  }
}

/// Keeps the file in one place.
private final class RejectsFileBox {
  var file: RejectsFile

  init(_ file: consuming RejectsFile) { self.file = file }
}
