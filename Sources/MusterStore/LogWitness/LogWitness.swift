internal import Glibc
internal import MusterCore
internal import MusterFaults
internal import MusterFiles

/// Remembers beside a database how much of its write-ahead log is durable, so that a log that is
/// gone, or has lost its end, is noticed instead of being taken for an older store.
///
/// The file `NAME.db-witness` is written after each commit and never synced but for ``forget()``:
/// whatever a power cut leaves of it claims no more than the log had. It is an aid: a witness that
/// cannot be written claims nothing, and no commit fails of it.
@safe final class LogWitness {
  private let path: String
  /// The database's number within its file system; 0 while there is none.
  private var database: UInt64
  private var file: Int32 = -1
  private var log: Int32 = -1
  /// What was found when the store was opened.
  private let found: LogClaim?
  private let foundLog: LogClaim.Log
  private var last: LogClaim?
  /// Whether the file may claim anything.
  private var mayClaim: Bool

  /// Reads the witness and the log's header; must come before SQLite opens the database.
  ///
  /// - Parameter path: The database.
  init(database path: String) {
    self.path = path
    database = FileIdentity(path: path)?.number ?? 0
    found = LogClaim(Self.read(path + "-witness", count: LogClaim.byteCount))
    mayClaim = found != nil
    foundLog = LogClaim.Log(
      header: Self.read(path + "-wal", count: LogClaim.Log.headerByteCount))
  }

  deinit {
    if file >= 0 { close(file) }
    if log >= 0 { close(log) }
  }

  private static func read(_ path: String, count: Int) -> [UInt8] {
    KeptFile.read(FileName(path), bytesMax: count) ?? []
  }

  private static func read(_ file: Int32, count: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      unsafe filled = max(0, pread(file, bytes.baseAddress, count, 0))
    }
  }

  /// Makes sure that nothing acknowledged is missing from the log.
  ///
  /// - Parameter frameCount: Frames that SQLite found in it; asked for only if that matters.
  /// - Throws: `dataLoss`.
  func check(frameCount: () throws(StoreError) -> UInt32) throws(StoreError) {
    if Mutant.trustsAnyLog.isOn { return }
    switch found?.verdict(on: foundLog, database: database) ?? .sound {
    case .sound: return
    case .lost:
      throw lost("is gone, or its beginning is damaged")
    case .frames(let wanted):
      let count = try frameCount()
      guard count < wanted else { return }
      throw lost("has \(count) sound pages of at least \(wanted)")
    }
  }

  private func lost(_ what: String) -> StoreError {
    StoreError(
      .dataLoss,
      "The write-ahead log \(path)-wal \(what), and with it rows that were acknowledged. Put the"
        + " right log back, or restore a backup; to go on with what the database alone has, stop"
        + " the daemon and delete \(path)-witness.")
  }

  /// Writes down that so many frames of the log are durable; to be called after each commit.
  func remember(frameCount: UInt32) {
    if log < 0 { log = unsafe Glibc.open(path + "-wal", O_RDONLY | O_CLOEXEC) }
    if database == 0 { database = FileIdentity(path: path)?.number ?? 0 }
    guard log >= 0, database != 0, case .header(let salts) = header() else { return }
    write(LogClaim(database: database, salts: salts, frameCount: frameCount))
  }

  private func header() -> LogClaim.Log {
    LogClaim.Log(header: Self.read(log, count: LogClaim.Log.headerByteCount))
  }

  /// Claims nothing more, durably; to be called before the log is emptied.
  ///
  /// - Returns: Whether that succeeded; if not, the log must stay as it is.
  func forget() -> Bool {
    guard mayClaim else { return true }
    guard write(LogClaim(database: database, salts: 0, frameCount: 0)), fdatasync(file) == 0
    else { return false }
    mayClaim = false
    return true
  }

  @discardableResult
  private func write(_ claim: LogClaim) -> Bool {
    if claim == last { return true }
    if file < 0 {
      file = (try? KeptFile.open(FileName(path + "-witness"), .write)) ?? -1
    }
    guard file >= 0 else { return false }
    let bytes = claim.pack()
    // Until it is written, nobody knows what the file says.
    last = nil
    mayClaim = true
    guard unsafe pwrite(file, bytes, bytes.count, 0) == bytes.count else { return false }
    last = claim
    return true
  }
}
