internal import MusterClient

/// The rejected rows of the ledger, for an import that goes on: put together from their faults.
struct FaultRecovery {
  let rows: FaultSpill
  /// The last row that the ledger has, from 1; 0 if it has none.
  private(set) var lastRow: UInt64 = 0
  private(set) var faultCount: UInt64 = 0
  private var open: RejectedRow?

  init() throws { rows = try FaultSpill() }

  /// Takes the next fault; they come in the order of their rows.
  mutating func add(_ fault: RowFault, line: Int?) throws {
    faultCount += 1
    lastRow = fault.row
    if open?.row == fault.row {
      open?.add(fault)
    } else {
      try finish()
      open = RejectedRow(fault, line: line ?? 0)
    }
  }

  /// No more faults come.
  mutating func finish() throws {
    if let open { try rows.append(open) }
    open = nil
  }
}
