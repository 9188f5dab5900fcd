internal import MusterCore

/// Imports whose rows wait in a spool: applied in one turn, in a transaction of their own.
///
/// What is open is committed before; whatever waits goes on after.
extension WorkspaceWriter {
  /// Looks at a preview before its rows come; it leaves no trace.
  func openPreview(_ definition: ImportDefinition) throws(StoreError) -> ImportStart {
    _ = try role(definition.options.role)
    if let damage { throw damage }
    let record = ImportRecord(
      importID: definition.importID, state: .open, progress: ImportProgress(),
      columns: definition.plan.names, startedAt: clock(), finishedAt: 0)
    return ImportStart(record: record, cellByteCount: 0, seed: seed)
  }

  /// Does what the import would do, and takes it back.
  ///
  /// - Returns: How the import would end.
  func preview(
    _ definition: ImportDefinition, _ start: ImportStart, rows: RowSpool,
    into findings: FindingsSpool, while wanted: Wanted = Wanted()
  ) throws(StoreError) -> ImportRecord {
    if let error = commit() { throw error }
    let roleID = try role(definition.options.role)
    try openTransaction()
    defer { rollback() }
    do throws(StoreError) {
      let running = RunningImport(
        definition: definition,
        seq: try ledger.add(definition, now: clock(), retentionNow: retentionTime.now()),
        roleID: roleID,
        start: start, ledgerFaultCount: 0, observer: { _ in })
      running.recorder = ChangeRecorder(
        findings, rowsMax: definition.options.changesMax, lastMember: index.lastMember)
      try applyAll(rows, to: running, findings, while: wanted)
      try ledger.keepImages(of: running)
      settle(running)
      var record = start.record
      record.progress = running.progress
      record.state = running.ledgerState
      return record
    } catch {
      throw distrust(after: error)
    }
  }

  /// Applies an all-or-nothing import: every row, or none if one has a fault.
  ///
  /// - Throws: What kept it from being decided; the import is open then, and nothing of it applied.
  func applyAllOrNothing(
    _ importID: String, rows: RowSpool, into findings: FindingsSpool,
    while wanted: Wanted = Wanted()
  ) throws(StoreError) {
    guard let running = running[importID] else {
      throw StoreError(.failedPrecondition, "The import \(importID) is not running.")
    }
    if let error = commit() { throw error }
    if case .failed(let error) = running.end { throw error }
    running.roleID = try role(running.definition.options.role)
    do throws(StoreError) {
      try openTransaction()
      touched[importID] = running
      // Without rows there is an end to be written all the same.
      group.add(rows: 0, bytes: 0, at: Clock.nanoseconds())
      try applyAll(rows, to: running, findings, while: wanted)
    } catch {
      touched[importID] = running
      throw fail(error)
    }
    if settle(running) { return try keepRefusal(of: running, findings) }
    if let error = commit() { throw error }
  }

  private func applyAll(
    _ rows: RowSpool, to running: RunningImport, _ findings: FindingsSpool, while wanted: Wanted
  ) throws(StoreError) {
    while running.end == nil, let chunk = try rows.next() {
      // A chunk has the rows of one turn of the checker, which takes milliseconds.
      try wanted.check()
      try findings.add(try applyBatches(chunk, to: running))
    }
  }

  /// Ends an import that has had all its rows, or stopped before.
  ///
  /// - Returns: Whether nothing of it may stay.
  @discardableResult
  private func settle(_ running: RunningImport) -> Bool {
    let isRefused =
      running.definition.options.isAllOrNothing && running.progress.counts.faults > 0
    if isRefused { running.refuse(running.progress.counts) }
    if running.end == nil { running.end = isRefused ? .refused : .finished }
    return isRefused
  }

  /// Takes back what an import applied, and has the ledger say why.
  private func keepRefusal(
    of running: RunningImport, _ findings: FindingsSpool
  ) throws(StoreError) {
    let counts = running.progress.counts
    let (cellByteCount, rowDigest) = (running.cellByteCount, running.rowDigest)
    touched = [:]
    rollback()
    running.rollback()
    do throws(StoreError) {
      let found = try findings.finish(hidesChanges: true)
      try change { () throws(StoreError) in
        while running.ledgerFaultCount < running.definition.limits.ledgerFaultsMax,
          case .faults(let faults) = try found.next()
        {
          try ledger.keep(faults, of: running)
        }
        running.progress.counts = counts
        running.cellByteCount = cellByteCount
        running.rowDigest = rowDigest
        try ledger.advance(
          running, state: running.ledgerState, now: clock(), retentionNow: retentionTime.now())
        try RetentionTables(connection: connection).forgetImages(of: running.seq)
      }
      running.commit()
      notify(running.definition.importID)
    } catch {
      running.rollback()
      running.ledgerFaultCount = 0
      running.end = .failed(error)
      throw error
    }
  }
}
