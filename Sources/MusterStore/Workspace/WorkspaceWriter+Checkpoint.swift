internal import CSQLite
internal import MusterFaults

extension WorkspaceWriter {
  /// Pages of the write-ahead log that make a checkpoint worth its while: 64 MiB.
  private static let checkpointPages: Int32 = 4096

  /// Copies the log into the file once it is long; called when nobody waits for an answer.
  ///
  /// A failure leaves the log as it is, and no later checkpoint may empty it: after a failed sync
  /// the file may lack what was copied, whatever a second sync says.
  func checkpoint() {
    let pagesMin = Failpoint.checkpoint.isArmed ? 1 : Self.checkpointPages
    guard connection.walPages >= pagesMin, damage == nil else { return }
    Failpoint.checkpoint.reach()
    var logPages: Int32 = 0
    var copiedPages: Int32 = 0
    let code = unsafe sqlite3_wal_checkpoint_v2(
      connection.handle, nil, SQLITE_CHECKPOINT_PASSIVE, &logPages, &copiedPages)
    if code != SQLITE_OK && code & 0xFF != SQLITE_BUSY {
      if !Mutant.forgetsFailedCheckpoint.isOn { _ = distrust(after: connection.error(code)) }
    } else if logPages == copiedPages {
      connection.walPages = 0
    }
  }

  /// Commits what is open and empties the log into the file, so that the file alone is the whole
  /// store; readers that are still at it may keep that from happening, and nothing is lost then.
  func shutDown() {
    commit()
    guard damage == nil else { return }
    unsafe sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
  }
}
