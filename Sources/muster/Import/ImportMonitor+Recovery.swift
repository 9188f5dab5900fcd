internal import MusterClient
internal import Synchronization

/// What the daemon decided while nobody listened is in its ledger.
extension ImportMonitor {
  /// Whether the ledger has faults of an import that goes on, which nobody here has heard of.
  func lacksFaults(_ accepted: ImportAccepted) -> Bool {
    state.withLock { state in
      let counts = accepted.progress.counts
      guard !state.hasCaughtUp else {
        return state.told.count(rowsBefore: accepted.nextRow) != counts.faults
      }
      return counts.rejected != state.rejects.rowCount ?? 0
    }
  }

  /// The faults of the ledger come next.
  func beginRecovery() throws {
    try state.withLock { $0.recovery = try FaultRecovery() }
  }

  /// Takes a part of the faults that the ledger has.
  func recovered(_ faults: [RowFault]) throws {
    try state.withLock { state in
      for fault in faults {
        let line = lines.line(ofRow: fault.row)
        if try isNew(fault, &state) { try state.reporter.found(fault, line: line) }
        try state.recovery?.add(fault, line: line)
      }
      try state.reporter.paused()
    }
  }

  /// Everything before the row at which the import goes on was heard, or is lost.
  func caughtUp(_ accepted: ImportAccepted) throws {
    try state.withLock { state in
      let counts = accepted.progress.counts
      // The last row heard of may have come half; the ledger has it whole.
      if let row = state.open, row.row <= accepted.nextRow,
        row.row > state.recovery?.lastRow ?? 0
      {
        try state.rejects.add(row)
      }
      state.open = nil
      if var recovery = state.recovery {
        try recovery.finish()
        let isWhole = recovery.faultCount >= counts.faults
        try state.rejects.recover(recovery.rows, before: isWhole ? nil : recovery.lastRow + 1)
        state.recovery = nil
      }
      state.told.goOn(atRow: accepted.nextRow, faultCount: counts.faults)
      state.hasCaughtUp = true
      try advance(to: accepted.progress, &state)
    }
  }

  private func isNew(_ fault: RowFault, _ state: inout State) throws -> Bool {
    guard fault.row > state.progress.committed else { return false }
    if !state.hasCaughtUp, try state.rejects.hasHeard(ofRow: fault.row) { return false }
    return state.told.isNew(row: fault.row)
  }
}
