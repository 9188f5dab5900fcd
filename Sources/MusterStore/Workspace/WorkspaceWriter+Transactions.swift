internal import CSQLite
internal import MusterCore
internal import MusterFaults

/// The one transaction that is open, and its end.
extension WorkspaceWriter {
  /// Runs a change of something else than rows in a transaction of its own.
  func change<Result>(
    _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    commit()
    try openTransaction()
    group.add(rows: 0, bytes: 0, at: Clock.nanoseconds())
    let result: Result
    do throws(StoreError) {
      result = try body()
    } catch {
      rollback()
      throw distrust(after: error)
    }
    if let error = commit() { throw error }
    return result
  }

  var mustCommit: Bool {
    group.isDue(at: Clock.nanoseconds()) || index.journalCount > Self.journalMax
  }

  /// Changes of the index that one transaction may hold: 32 MB of journal.
  static let journalMax = 1_000_000

  func openTransaction() throws(StoreError) {
    if let damage { throw damage }
    guard unsafe sqlite3_get_autocommit(connection.handle) != 0 else { return }
    try checkFile()
    try openMark()
    try beginStatement.run()
    index.begin()
    do throws(StoreError) {
      try renewMark()
    } catch {
      rollback()
      throw distrust(after: error)
    }
  }

  /// Makes sure that nobody else has written to the file or taken it away.
  func checkFile() throws(StoreError) {
    let counter = try connection.integer("PRAGMA data_version")
    if counter != changeCounter {
      damage = StoreError(
        .dataLoss,
        "Another program wrote to \(connection.path); restart the daemon to read it anew.")
    }
    if FileIdentity(path: connection.path) != file {
      damage = StoreError(
        .dataLoss,
        "The database \(connection.path) was moved or deleted; nothing more is written to it.")
    }
    if let damage { throw damage }
  }

  /// Commits what is open, and tells everybody who waits for it.
  ///
  /// - Returns: What went wrong; nothing of the group is applied then.
  @discardableResult
  func commit() -> StoreError? {
    guard group.isOpen else { return nil }
    do throws(StoreError) {
      let now = clock()
      let retentionNow = retentionTime.now()
      for running in touched.values {
        try ledger.advance(
          running, state: running.ledgerState, now: now, retentionNow: retentionNow)
      }
      // Last: what is written after a page has left the cache has the log read once more.
      try applier.writeDeferred()
      index.turns.noteCommit()
      Failpoint.beforeCommit.reach()
      try watch.atDisk { () throws(StoreError) in try commitStatement.run() }
      noteCommit()
      Failpoint.afterCommit.reach()
    } catch {
      return fail(error)
    }
    index.begin()
    index.trimMemory()
    group.reset()
    // What left the cache while the commit was written is no part of the next group.
    _ = connection.takeSpilledPages()
    longReads.limit(logPages: connection.walPages)
    let committed = touched.values.map { $0 }
    touched = [:]
    let waiting = afterCommit
    afterCommit = []
    for running in committed {
      running.commit()
      if !running.isSpooled {
        running.observer(
          running.isStopped ? .stopped(running.progress) : .committed(running.progress))
      }
      notify(running.definition.importID)
    }
    for done in waiting { done(nil) }
    return nil
  }

  /// Counts a row in the open transaction; `done` is called once that is durable, or has failed.
  func finishGroup(with chunk: CheckedChunk, done: @escaping @Sendable (StoreError?) -> Void) {
    group.add(rows: 1, bytes: chunk.cellByteCount, at: Clock.nanoseconds())
    afterCommit.append(done)
  }

  /// Takes the open transaction back and ends every import in it.
  func fail(_ reason: StoreError) -> StoreError {
    let error = distrust(after: reason)
    rollback()
    let waiting = afterCommit
    afterCommit = []
    for running in touched.values {
      running.rollback()
      running.end = .failed(error)
      running.observer(.failed(error, running.progress))
      notify(running.definition.importID)
    }
    touched = [:]
    for done in waiting { done(error) }
    return error
  }

  /// Takes no more rows after an error that leaves the file in doubt.
  ///
  /// After a failed sync nobody knows what the disk has, and a second try may lie: the system
  /// reports a failure once, and forgets the pages that it could not write (Promises, P6.
  ///
  /// - Returns: The error, which says so then.
  func distrust(after error: StoreError) -> StoreError {
    guard error.code == .dataLoss || error.code == .unavailable, !Mutant.forgetsFailedSync.isOn
    else { return error }
    if let damage { return damage }
    let advice = "the workspace takes no rows until the daemon is started again."
    let reason =
      error.code == .dataLoss ? error.message : "\(error.message.dropLast(1)); \(advice)"
    let doubt = StoreError(reason: error.reason, reason, error.facts)
    damage = doubt
    return doubt
  }

  func rollback() {
    guard !Mutant.keepsFailedChanges.isOn else { return group.reset() }
    applier.deferred.removeAll()
    if unsafe sqlite3_get_autocommit(connection.handle) == 0 {
      do throws(StoreError) {
        try rollbackStatement.run()
      } catch {
        damage = error
      }
    }
    index.rollback()
    group.reset()
  }
}
