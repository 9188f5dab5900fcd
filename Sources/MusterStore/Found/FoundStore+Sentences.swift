internal import MusterCore

extension FoundStore.Fault {
  /// What was found, and what to do.
  ///
  /// - Parameter files: The files of the workspace.
  func refusal(_ files: StoreFiles) -> StoreError {
    StoreError(.dataLoss, "\(found(files)) \(advice(files))")
  }

  private func found(_ files: StoreFiles) -> String {
    let database = files.database
    return switch self {
    case .missing: "The database \(database) is gone, and files that belong to it are still there."
    case .empty: "The database \(database) is an empty file."
    case .noDatabase: "The file \(database) is no database."
    case .blank: "The database \(database) has no tables; a workspace's always has."
    case .foreign: "The database \(database) was not made by Muster."
    case .cut: "The database \(database) has lost its end."
    case .unreadable: "The database \(database) is damaged where it says which store it is."
    case .logLost:
      "The database \(database) was in use, and its write-ahead log \(files.log) is gone, or its"
        + " beginning is; rows that were acknowledged may be in it alone."
    case .logCut(let found, let wanted):
      "The write-ahead log \(files.log) has \(found) sound pages of at least \(wanted), and with"
        + " the others it has lost rows that were acknowledged."
    case .otherLog:
      "The write-ahead log \(files.log) does not belong to the database \(database) as it is:"
        + " one of them is another store's, or older than the other."
    case .otherStore:
      "The database \(database) is not the store that was here: \(files.witness) knows another one."
    case .otherTime:
      "The database \(database) is not as it was left: \(files.witness) knows it at another time."
    case .witnessLost:
      "The file \(files.witness) is gone or damaged, and without it nobody can tell whether the"
        + " write-ahead log \(files.log) is whole."
    }
  }

  private func advice(_ files: StoreFiles) -> String {
    let (database, beside, restore) = (
      files.database, StoreFiles.list(files.beside), files.restoring
    )
    let accept =
      "To go on with what the database and its log have, stop the daemon and run: echo accept"
      + " > '\(files.witness)'"
    switch self {
    case .missing:
      return "Put the database back; or \(restore). To give the workspace up, remove \(beside)."
    case .empty, .noDatabase, .blank, .foreign, .cut, .unreadable:
      return "To restore the workspace, \(restore)."
    case .otherLog, .otherStore, .otherTime:
      return "If \(database) is a backup that was put in place, stop the daemon, remove \(beside),"
        + " and start it again. Else put back all the files as they were together, or \(restore)."
    case .logLost, .logCut:
      return "Put the right log back; or \(restore). \(accept)"
    case .witnessLost:
      return "Put it back; or \(restore). \(accept)"
    }
  }
}
