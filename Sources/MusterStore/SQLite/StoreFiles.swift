internal import Glibc
internal import MusterCore

/// The files of a workspace: its database, and what belongs beside it.
struct StoreFiles: Sendable {
  let database: String
  var log: String { database + "-wal" }
  /// The log's index, which is in memory and made anew at each opening.
  var index: String { database + "-shm" }
  var witness: String { database + "-witness" }
  /// What SQLite writes while it turns a database without a log, a backup say, into one with a log.
  var journal: String { database + "-journal" }
  /// Where a new store lies until it is whole.
  var making: String { database + Self.makingEnding }
  static let makingEnding = "-new"

  init(_ database: String) { self.database = database }

  /// Whether there is anything at a path, a link that leads nowhere included.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  /// Those beside the database that are there.
  var beside: [String] { [log, index, witness, journal].filter(Self.exists) }

  /// What to do to have a backup in the database's place, as the end of a sentence.
  var restoring: String {
    let remove = beside.isEmpty ? "" : ", remove \(Self.list(beside))"
    return "stop the daemon\(remove), put a backup in place as \(database), and start it again"
  }

  /// Names in a sentence.
  static func list(_ paths: [String]) -> String {
    guard paths.count > 1, let last = paths.last else { return paths.first ?? "" }
    return paths.dropLast().joined(separator: ", ") + " and " + last
  }

  /// Whether anything is there that holds, or tells of, members.
  var areKnown: Bool { [database, log, witness].contains(where: Self.exists) }

  /// Makes sure that none of them is something that no daemon makes, before anything is opened:
  /// opening a FIFO waits for ever, and a link leads elsewhere.
  ///
  /// - Throws: `failedPrecondition`.
  func checkKinds() throws(StoreError) {
    for path in [database, log, index, witness, journal] { try Self.checkKind(path) }
  }

  private static func checkKind(_ path: String) throws(StoreError) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
    throw StoreError(
      .failedPrecondition,
      "\(path) is \(FileKind.name(status.st_mode)), which no musterd has made; move it away.")
  }

  /// Deletes what lies beside the database.
  func removeBeside() {
    for path in [log, index, witness, journal] { unsafe unlink(path) }
  }
}

/// What a file is, by its mode.
enum FileKind {
  static func name(_ mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFREG: "a file"
    case S_IFDIR: "a directory"
    case S_IFLNK: "a symbolic link"
    case S_IFIFO: "a FIFO"
    case S_IFSOCK: "a socket"
    case S_IFBLK, S_IFCHR: "a device"
    default: "something else than a file"
    }
  }
}
