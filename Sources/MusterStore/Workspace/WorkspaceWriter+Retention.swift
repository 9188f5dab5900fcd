internal import MusterCore

/// Lets go of what is too old, in small transactions of its own.
extension WorkspaceWriter {
  /// What a pass has found and not deleted yet.
  struct Sweep: Sendable {
    fileprivate var lists: [Int64] = []
  }

  /// Finishes after which a sweep is due: one for each would cost small imports a commit more.
  static let finishesPerSweep = 16
  /// Seconds after which a sweep is due at the next finish.
  static let sweepSeconds: Int64 = 3_600

  /// Counts a finish.
  ///
  /// - Returns: Whether a sweep is due.
  func noteFinish() -> Bool {
    finishesSinceSweep += 1
    return finishesSinceSweep >= Self.finishesPerSweep
      || clocks.elapsed() >= sweptAt + Self.sweepSeconds
  }

  /// Decides what is to go. What ends or can no longer be undone does so at once; a sweep deletes
  /// the rest.
  func beginSweep() throws(StoreError) -> Sweep {
    finishesSinceSweep = 0
    sweptAt = clocks.elapsed()
    let retentionNow = retentionTime.now()
    if retentionTime.isWorthSaving {
      try change { () throws(StoreError) in try retentionTime.save() }
    }
    let tables = RetentionTables(connection: ledger.connection)
    let running = Set(self.running.values.map(\.seq))
    let entries = try tables.entries().map { entry in
      guard entry.state == .open && running.contains(entry.seq) else { return entry }
      var entry = entry
      entry.state = .running
      return entry
    }
    let plan = retention.plan(entries, now: retentionNow)
    if !plan.expired.isEmpty || !plan.withoutImages.isEmpty {
      try change { () throws(StoreError) in
        for seq in plan.expired { try ledger.end(seq, as: .expired, now: clock()) }
        for seq in plan.withoutImages { try tables.forgetImages(of: seq) }
      }
      for importID in watchers.watched { notify(importID) }
    }
    return Sweep(lists: plan.withoutLists)
  }

  /// Deletes a bounded part of what is to go.
  ///
  /// - Returns: false if nothing is left.
  func step(_ sweep: inout Sweep) throws(StoreError) -> Bool {
    let tables = RetentionTables(connection: ledger.connection)
    if try tables.importToSweep() != nil {
      try change { () throws(StoreError) in try tables.sweepImages() }
      return true
    }
    while let seq = sweep.lists.last {
      if try change({ () throws(StoreError) in try tables.sweepLists(of: seq) }) { return true }
      sweep.lists.removeLast()
    }
    return false
  }
}
