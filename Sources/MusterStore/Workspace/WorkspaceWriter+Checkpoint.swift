internal import CSQLite
internal import MusterCore
internal import MusterFaults

extension WorkspaceWriter {
  /// Copies the log into the file once it is long, unless a transaction is open.
  ///
  /// - Parameter isIdle: Whether no row waits; while some do, only a log that must not grow further
  ///   is copied.
  func checkpoint(isIdle: Bool) {
    guard damage == nil, unsafe sqlite3_get_autocommit(connection.handle) != 0 else { return }
    var step = logTidying.step(pages: connection.walPages, isIdle: isIdle)
    if Failpoint.checkpoint.isArmed, connection.walPages > 0 { step = .copy }
    switch step {
    case .nothing: break
    case .copy:
      Failpoint.checkpoint.reach()
      if copyLog(SQLITE_CHECKPOINT_PASSIVE) { connection.walPages = 0 }
    case .restart:
      Failpoint.checkpoint.reach()
      unsafe sqlite3_busy_timeout(connection.handle, LogTidying.readersTimeMilliseconds)
      let succeeded = copyLog(SQLITE_CHECKPOINT_RESTART)
      unsafe sqlite3_busy_timeout(connection.handle, Connection.busyTimeMilliseconds)
      logTidying.triedRestart(pages: connection.walPages, succeeded: succeeded)
      if succeeded { connection.walPages = 0 }
    }
  }

  /// A failure leaves the log as it is, and no later checkpoint may empty it: after a failed sync
  /// the file may lack what was copied, whatever a second sync says.
  ///
  /// - Returns: Whether all of the log is in the file, and, after a restart, nobody reads from it.
  private func copyLog(_ mode: Int32) -> Bool {
    var logPages: Int32 = 0
    var copiedPages: Int32 = 0
    let code = watch.atDisk {
      unsafe sqlite3_wal_checkpoint_v2(connection.handle, nil, mode, &logPages, &copiedPages)
    }
    if code != SQLITE_OK && code & 0xFF != SQLITE_BUSY {
      if !Mutant.forgetsFailedCheckpoint.isOn { _ = distrust(after: connection.error(code)) }
    }
    return code == SQLITE_OK && logPages == copiedPages
  }

  /// Commits what is open and empties the log into the file, so that the file alone is the whole
  /// store; readers that are still at it, or a witness that cannot be written, may keep that from
  /// happening, and nothing is lost then.
  func shutDown() {
    commit()
    guard damage == nil else { return }
    _ = try? emptyLog(readersTimeMilliseconds: Connection.busyTimeMilliseconds)
  }

  /// Copies the whole log into the file and empties it. The witness takes back its claim before:
  /// of a log that is empty, a claim would say that commits are gone.
  ///
  /// - Parameter readersTimeMilliseconds: How long those who read from the log are waited for.
  /// - Returns: false if a reader keeps it from that.
  /// - Throws: `unavailable` if the witness cannot be written, or what keeps the file from it.
  func emptyLog(readersTimeMilliseconds: Int32) throws(StoreError) -> Bool {
    guard witness.forget() else {
      throw StoreError(
        .unavailable,
        "The file \(connection.path)-witness cannot be written; the log stays as it is.")
    }
    unsafe sqlite3_busy_timeout(connection.handle, readersTimeMilliseconds)
    defer { unsafe sqlite3_busy_timeout(connection.handle, Connection.busyTimeMilliseconds) }
    let code = unsafe sqlite3_wal_checkpoint_v2(
      connection.handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
    if code & 0xFF == SQLITE_BUSY { return false }
    // The workspace goes on after a closing or a renaming that failed, and must not try again then.
    guard code == SQLITE_OK else { throw distrust(after: connection.error(code)) }
    return true
  }
}
