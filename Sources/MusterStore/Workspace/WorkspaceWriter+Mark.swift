internal import CSQLite
internal import MusterCore
internal import MusterFaults

/// What the database and each of its logs say of themselves; see ``StoreMark``.
extension WorkspaceWriter {
  /// Makes the database say which log comes next, and that it is in use, before anything else is in
  /// that log; to be called before a transaction.
  ///
  /// A reader of another program may keep that from reaching the database at once. It is in the log
  /// then, and reaches the database with what is written next.
  func openMark() throws(StoreError) {
    guard file != nil, !mark.isOpen || isLogInFile && !isMarkNew else { return }
    let failure = witness.begin(mark)
    if failure != 0 {
      // The witness knows no log after this one: the next one goes by the same mark.
      guard !mark.isOpen else { return }
      throw .system("The file \(connection.path)-witness cannot be written", failure)
    }
    // A log that is not in the file yet goes on.
    try write(isLogInFile ? mark.next : mark.opened)
    guard copyLog(.passing) else {
      if let damage { throw damage }
      return
    }
    _ = witness.begin(mark)
    isMarkNew = true
  }

  /// Makes the database say that it is whole without its log, which is about to be emptied.
  func closeMark() throws(StoreError) {
    guard mark.isOpen else { return }
    try write(mark.closed)
  }

  /// Writes a mark in a transaction of its own.
  private func write(_ wanted: StoreMark) throws(StoreError) {
    do throws(StoreError) {
      try beginStatement.run()
      try MarkTable.write(wanted, to: connection)
      try watch.atDisk { () throws(StoreError) in try commitStatement.run() }
    } catch {
      if unsafe sqlite3_get_autocommit(connection.handle) == 0 { try? rollbackStatement.run() }
      throw distrust(after: error)
    }
    mark = wanted
    isLogInFile = false
    isMarkNew = false
  }

  /// Has a log that may begin anew begin with the mark; to be called first in each transaction.
  func renewMark() throws(StoreError) {
    guard file != nil, isLogInFile else { return }
    try MarkTable.write(mark, to: connection)
  }

  /// The transaction is durable, with the mark in it if its log has begun anew.
  func noteCommit() {
    isLogInFile = false
    isMarkNew = false
    guard file != nil else { return }
    witness.remember(frameCount: UInt32(max(0, connection.walPages)), of: mark)
  }
}

extension StoreMark {
  fileprivate var opened: StoreMark {
    StoreMark(store: store, log: log, before: before, isOpen: true)
  }

  fileprivate var closed: StoreMark {
    StoreMark(store: store, log: log, before: before, isOpen: false)
  }
}
