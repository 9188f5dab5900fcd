internal import MusterCore
internal import MusterFaults

/// Opening the file of a workspace.
extension WorkspaceWriter {
  /// What there is of a file once it is open.
  struct OpenFile {
    let connection: Connection
    let witness: LogWitness
    let mark: StoreMark
    let isLogInFile: Bool
  }

  /// A writer's file that is in memory only.
  static let memoryPath = ":memory:"

  /// Opens a file that is what was left, or makes it if there is none, with nothing beside it.
  static func openFile(_ path: String) throws(StoreError) -> OpenFile {
    if path == memoryPath {
      let connection = try Connection(path: path, mode: .writer, cacheBytes: cacheBytes)
      try Schema.prepare(connection)
      return OpenFile(
        connection: connection, witness: LogWitness(database: path, found: nil), mark: .new(),
        isLogInFile: false)
    }
    let files = StoreFiles(path)
    var found = try FoundStore.check(files)
    if found.database == .missing || found.database == .empty {
      // An empty file comes here in a test that must find it.
      if Mutant.trustsEmptyFile.isOn { files.removeBeside() }
      try StoreMaking.make(files)
      found = try FoundStore.check(files)
    }
    try Schema.checkOwner(path)
    let connection = try Connection(path: path, mode: .writer, cacheBytes: cacheBytes)
    let claim: LogClaim? = if case .claim(let claim) = found.witness { claim } else { nil }
    let witness = LogWitness(database: path, found: claim)
    if let mark = found.mark, try connection.integer("PRAGMA user_version") < Schema.version {
      // What brings it up to date is in its log first.
      let failure = witness.begin(mark)
      guard failure == 0 else {
        throw .system("The file \(files.witness) cannot be written", failure)
      }
    }
    try Schema.prepare(connection)
    let mark = if let mark = found.mark { mark } else { try readMark(connection) }
    if found.database == .unmarked || found.database == .blank { try bringMarkIntoFile(connection) }
    return OpenFile(
      connection: connection, witness: witness, mark: mark,
      isLogInFile: try connection.copyLog(.passing))
  }

  /// The mark of a file that cannot be read without its log.
  private static func readMark(_ connection: Connection) throws(StoreError) -> StoreMark {
    guard let mark = try MarkTable.read(connection) else {
      throw StoreError(
        .dataLoss,
        "The database \(connection.path) does not say which store it is. To restore it,"
          + " \(StoreFiles(connection.path).restoring).")
    }
    return mark
  }

  /// Makes sure that the file itself has the mark that it was just given: a mark that is in a log
  /// alone is not found there.
  private static func bringMarkIntoFile(_ connection: Connection) throws(StoreError) {
    guard try connection.copyLog(.emptying) else {
      throw StoreError(
        .unavailable,
        "The database \(connection.path) is brought up to date, and another program reads it; end"
          + " that one and try again.")
    }
  }
}
