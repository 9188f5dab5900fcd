internal import MusterCore

/// Faults in the ledger.
extension WorkspaceWriter {
  /// Keeps faults of a chunk, up to the limit of an import, and notes which members their rows were
  /// about: who deletes one of these deletes the faults too.
  ///
  /// A row that broke a rule is about the members that have one of its valid identifiers.
  func keep(
    _ faults: [RowFault], _ chunk: CheckedChunk, of running: RunningImport
  ) throws(StoreError) {
    let first = running.ledgerFaultCount
    try ledger.keep(faults, of: running)
    defer { undoRun.statements.endReading() }
    var row: UInt64 = 0
    var members: Set<UInt32> = []
    for (offset, fault) in faults.prefix(running.ledgerFaultCount - first).enumerated() {
      if fault.row != row {
        row = fault.row
        members = try self.members(ofRow: Int(clamping: row - chunk.firstRow) - 1, chunk)
      }
      for member in members {
        try erasure.link(first + offset, of: running.seq, to: member)
      }
    }
  }

  private func members(ofRow row: Int, _ chunk: CheckedChunk) throws(StoreError) -> Set<UInt32> {
    var members: Set<UInt32> = []
    let values = unsafe chunk.values(ofRow: row)
    for identifier in IdentityIndex.Identifier.allCases {
      guard unsafe chunk.row(row).pointee.hash(identifier) != 0 else { continue }
      undoRun.scratch.reset()
      let slot = identifier.rawValue
      if let member = unsafe try undoRun.holder(of: slot, values[slot]) { members.insert(member) }
    }
    return members
  }
}
