internal import MusterCSV

/// Rejected rows of a pipe, which cannot be read again: their cells come from the spool, as soon as
/// the daemon cannot take its verdict back.
struct PipeRejects: Rejects {
  private var plan: RejectsPlan
  private let spool: PipeSpool
  private let keeps: [Bool]
  /// The rejected rows, of which those not durable yet are still to be written.
  private let spill: FaultSpill
  private var next: RejectedRow?
  /// The last row in the file, from 1.
  private var writtenRow: UInt64 = 0
  private var hasBegun = false
  private var file: RejectsFileBox?

  init(_ plan: RejectsPlan, spool: PipeSpool) throws {
    self.plan = plan
    self.spool = spool
    keeps = RejectsHeader.keeps(plan.columns)
    spill = try FaultSpill()
  }

  var rowCount: UInt64? { plan.resumedRow == nil ? spill.rowCount : nil }

  mutating func goOn(atRow row: UInt64) throws {
    if hasBegun {
      try spill.cut(afterRow: row)
      next = nil
    } else if row > 0 {
      plan.resumedRow = row
    }
    hasBegun = true
  }

  mutating func add(_ row: RejectedRow) throws { try spill.append(row) }

  mutating func committed(rowsBefore row: UInt64) throws {
    try spill.flush()
    while true {
      if next == nil { next = try spill.next() }
      guard let rejected = next, rejected.row <= row else { return }
      if rejected.row > writtenRow { try write(rejected) }
      next = nil
    }
  }

  mutating func finish() throws -> Bool {
    try committed(rowsBefore: .max)
    guard let file else { return try plan.hasEarlier() }
    try file.file.complete()
    return true
  }

  private mutating func write(_ row: RejectedRow) throws {
    let open = try file ?? RejectsFileBox(plan.begin())
    file = open
    writtenRow = row.row
    let csv = try spool.row(row.row - 1) ?? []
    open.file.begin(row)
    guard keeps.contains(false) else {
      try open.file.endRow(delimiter: plan.delimiter, csv: csv)
      return
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
  }
}

/// Keeps the file in one place.
private final class RejectsFileBox {
  var file: RejectsFile

  init(_ file: consuming RejectsFile) { self.file = file }
}
