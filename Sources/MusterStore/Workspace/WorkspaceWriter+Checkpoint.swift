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
      _ = copyLog(.passing)
    case .restart:
      Failpoint.checkpoint.reach()
      let pages = connection.walPages
      let succeeded = copyLog(
        .restarting, readersTimeMilliseconds: LogTidying.readersTimeMilliseconds)
      logTidying.triedRestart(pages: pages, succeeded: succeeded)
    }
  }

  /// A failure leaves the log as it is, and no later checkpoint may empty it: after a failed sync
  /// the file may lack what was copied, whatever a second sync says.
  ///
  /// - Returns: Whether all of the log is in the file, and, after a restart, nobody reads from it.
  func copyLog(
    _ copying: Connection.Copying,
    readersTimeMilliseconds: Int32 = Connection.busyTimeMilliseconds
  ) -> Bool {
    do throws(StoreError) {
      let isCopied = try watch.atDisk { () throws(StoreError) in
        try connection.copyLog(copying, readersTimeMilliseconds: readersTimeMilliseconds)
      }
      if isCopied { isLogInFile = true }
      return isCopied
    } catch {
      if !Mutant.forgetsFailedCheckpoint.isOn { _ = distrust(after: error) }
      return false
    }
  }

  /// Commits what is open and empties the log into the file, so that the file alone is the whole
  /// store; readers that are still at it, or a witness that cannot be written, may keep that from
  /// happening, and nothing is lost then.
  func shutDown() {
    commit()
    guard damage == nil else { return }
    _ = try? emptyLog(readersTimeMilliseconds: Connection.busyTimeMilliseconds)
  }

  /// Copies the whole log into the file and empties it. The file says before that it is whole
  /// alone, and the witness takes back its claim: of a log that is empty, both would say that
  /// commits are gone.
  ///
  /// - Parameter readersTimeMilliseconds: How long those who read from the log are waited for.
  /// - Returns: false if a reader keeps it from that.
  /// - Throws: `unavailable` if the witness cannot be written, or what keeps the file from it.
  func emptyLog(readersTimeMilliseconds: Int32) throws(StoreError) -> Bool {
    guard file != nil else { return true }
    try closeMark()
    guard witness.forget(mark) else {
      throw StoreError(
        .unavailable,
        "The file \(connection.path)-witness cannot be written; the log stays as it is.")
    }
    do throws(StoreError) {
      let isEmpty = try connection.copyLog(
        .emptying, readersTimeMilliseconds: readersTimeMilliseconds)
      if isEmpty { isLogInFile = true }
      return isEmpty
    } catch {
      // The workspace goes on after a closing or a renaming that failed, and must not try again
      // then.
      throw distrust(after: error)
    }
  }
}
