internal import MusterCSV

/// Rejected rows of a pipe, which cannot be read again: their cells come from the spool, as soon as
/// the daemon cannot take its verdict back.
struct PipeRejects: Rejects {
  private var plan: RejectsPlan
  private let spool: PipeSpool
  private let keeps: [Bool]
  /// The rejected rows, of which those not durable or not read yet are still to be written.
  private let known: KnownRejects
  private var next: RejectedRow?
  /// The last row in the file, from 1.
  private var writtenRow: UInt64 = 0
  /// The row, from 0, at which the import goes on; nil before it has begun.
  private var nextRow: UInt64?
  /// Whether an interrupted command has begun the import.
  private var isGoneOn = false
  /// Rows that only the interrupted run's rejects file had; nil if it was not looked into.
  private var copiedCount: UInt64?
  private var file: RejectsFileBox?

  init(_ plan: RejectsPlan, spool: PipeSpool) throws {
    self.plan = plan
    self.spool = spool
    keeps = RejectsHeader.keeps(plan.columns)
    known = KnownRejects(heard: try FaultSpill())
  }

  var rowCount: UInt64? { known.rowCount + (copiedCount ?? 0) }

  mutating func goOn(atRow row: UInt64) throws {
    isGoneOn = nextRow == nil ? row > 0 : isGoneOn
    nextRow = row
    try known.cut(afterRow: row)
    next = nil
  }

  func hasHeard(ofRow row: UInt64) throws -> Bool { try known.hasHeard(of: row) }

  mutating func recover(_ ledger: FaultSpill, before endRow: UInt64?) throws {
    try known.add(ledger: ledger)
    next = nil
    if let endRow, let nextRow, endRow <= nextRow, isGoneOn, plan.earlierRows == nil {
      plan.earlierRows = endRow...nextRow
    }
  }

  mutating func add(_ row: RejectedRow) throws { try known.add(row) }

  mutating func committed(rowsBefore row: UInt64) throws {
    try known.flush()
    while true {
      if next == nil { next = try known.next() }
      guard let rejected = next, rejected.row <= row else { return }
      if rejected.row > writtenRow {
        guard try write(rejected) else { return }
      }
      next = nil
    }
  }

  mutating func finish() throws -> Bool {
    try committed(rowsBefore: .max)
    // Where not all of the pipe came again, the interrupted run's file is the better one.
    guard let file, next == nil else { return try plan.hasEarlier() }
    try copyEarlier(to: file)
    try file.file.complete()
    return true
  }

  private mutating func copyEarlier(to file: RejectsFileBox) throws {
    if copiedCount == nil { copiedCount = try plan.copyEarlier(to: &file.file) }
  }

  /// Writes a row; false if it was not read yet.
  private mutating func write(_ row: RejectedRow) throws -> Bool {
    guard let csv = try spool.row(row.row - 1) else { return false }
    let open = try file ?? RejectsFileBox(plan.begin())
    file = open
    if let earlier = plan.earlierRows, row.row > earlier.upperBound { try copyEarlier(to: open) }
    writtenRow = row.row
    open.file.begin(row, line: row.line > 0 ? row.line : plan.lines.line(ofRow: row.row) ?? 0)
    guard keeps.contains(false) || !open.file.takesCSV else {
      try open.file.endRow(delimiter: plan.delimiter, csv: csv)
      return true
    }
    var reader = CSVReader(delimiter: plan.delimiter, rowBytesMax: .max)
    unsafe try csv.withUnsafeBytes { bytes in
      unsafe try reader.read(bytes, isLast: true) { cells in
        for place in 0..<cells.cellCount where place >= keeps.count || keeps[place] {
          unsafe open.file.append(cell: cells.cell(place))
        }
        try open.file.endRow()
      }
    }
    return true
  }
}

/// Keeps the file in one place.
private final class RejectsFileBox {
  var file: RejectsFile

  init(_ file: consuming RejectsFile) { self.file = file }
}
