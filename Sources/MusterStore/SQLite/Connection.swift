internal import CPageChecksums
internal import CSQLite
internal import Glibc
internal import MusterCore
internal import MusterFaults

/// One connection to a database file; used by one thread at a time.
@safe final class Connection: @unchecked Sendable {
  let handle: OpaquePointer
  let path: String
  /// How long a statement waits for a lock that another connection or program has.
  static let busyTimeMilliseconds: Int32 = 5_000
  /// Pages in the write-ahead log after the last commit of this connection.
  var walPages: Int32 = 0
  private let mark: OpenFiles.Mark

  enum Mode {
    case writer, reader
    /// A copy of a file in the making, which nobody else has open.
    case copy
    /// Reads the file alone, as it lies there: neither its log nor a lock is looked at.
    case still
  }

  /// Bytes of a page of a new file.
  static let pageBytes = 16_384

  /// Opens a database and sets what every connection of ours sets.
  ///
  /// Source: Library facts, "SQLite". Exactly one connection of a file, the writer, ever writes or
  /// checkpoints.
  init(path: String, mode: Mode, cacheBytes: Int) throws(StoreError) {
    _ = Self.isConfigured
    mark = OpenFiles.Mark(path: path)
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(
      mode == .still ? Self.stillName(path) : path, &opened,
      mode.flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE,
      Mutant.ignoresChecksums.isOn ? nil : MUSTER_CHECKSUM_VFS)
    guard code == SQLITE_OK, let opened = unsafe opened else {
      unsafe sqlite3_close_v2(opened)
      throw StoreError.sqlite(code, "The database \(path) cannot be opened.")
    }
    unsafe handle = unsafe opened
    self.path = path
    try configure(mode, cacheBytes: cacheBytes)
  }

  deinit { unsafe sqlite3_close_v2(handle) }

  /// Set once in a process, before its first connection.
  private static let isConfigured =
    muster_configure() == SQLITE_OK && muster_register_checksums() == SQLITE_OK

  /// The name by which SQLite reads a file alone (https://www.sqlite.org/uri.html): whatever a path
  /// may not hold there is written as its number.
  private static func stillName(_ path: String) -> String {
    let plain = Set("/._-~".utf8)
    let name = path.utf8.map { byte -> String in
      let isPlain =
        plain.contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte)
      if isPlain { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 16)
      return "%" + (digits.count == 1 ? "0" : "") + digits
    }
    return "file:\(name.joined())?immutable=1"
  }

  private func configure(_ mode: Mode, cacheBytes: Int) throws(StoreError) {
    unsafe sqlite3_busy_timeout(handle, Self.busyTimeMilliseconds)
    unsafe muster_db_config_on(handle, SQLITE_DBCONFIG_DEFENSIVE)
    unsafe muster_db_config_on(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE)
    // What it reads may be any file: each statement finds that out anew.
    if mode == .still { return }
    if mode == .copy {
      // A copy that is cut off is thrown away; whoever completes it brings it onto the disk.
      try execute("PRAGMA journal_mode = MEMORY")
      try execute("PRAGMA synchronous = OFF")
    }
    if mode == .writer {
      // These two count only before the first page is written.
      try execute("PRAGMA page_size = \(Self.pageBytes)")
      try setReservedBytes(MUSTER_CHECKSUM_BYTES)
      try execute("PRAGMA journal_mode = WAL")
      try execute("PRAGMA synchronous = \(Mutant.syncsLater.isOn ? "NORMAL" : "FULL")")
      try execute("PRAGMA secure_delete = ON")
      // Of the log's file so much stays for the next use: giving its pages back to the file system
      // and asking for new ones took a tenth of an import of changes. Shutting down empties it.
      try execute("PRAGMA journal_size_limit = 67108864")
    }
    // This takes the hook of the log's length too, so that one is set after it.
    try execute("PRAGMA wal_autocheckpoint = 0")
    if mode == .writer { watchLog() }
    try execute("PRAGMA foreign_keys = ON")
    try execute("PRAGMA trusted_schema = OFF")
    try execute("PRAGMA cell_size_check = ON")
    try execute("PRAGMA mmap_size = 0")
    try execute("PRAGMA temp_store = MEMORY")
    limitCache(bytes: cacheBytes)
  }

  /// Bounds the page cache; what is over the bound goes.
  func limitCache(bytes: Int) {
    // Setting it does not fail; were it to, the cache would stay as it is.
    try? execute("PRAGMA cache_size = -\(bytes / 1024)")
  }

  /// Has every page of a new file end with room for its checksum.
  private func setReservedBytes(_ count: Int32) throws(StoreError) {
    var count = count
    let code = unsafe sqlite3_file_control(
      handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &count)
    guard code == SQLITE_OK else { throw error(code) }
  }

  /// Keeps ``walPages`` up to date.
  private func watchLog() {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe sqlite3_wal_hook(
      handle,
      { context, _, _, pages in
        if let context = unsafe context {
          unsafe Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue().walPages = pages
        }
        return SQLITE_OK
      }, context)
  }

  /// Pages that left the full cache for the log since this was last asked; what the cache still
  /// holds comes with the commit.
  func takeSpilledPages() -> Int32 {
    var pages: Int32 = 0
    var most: Int32 = 0
    unsafe sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_SPILL, &pages, &most, 1)
    return pages
  }

  /// Lets SQLite take back the transaction of a journal beside a file: a power loss leaves one that
  /// came while the file was made. A reader may not do it, and can read nothing before.
  static func takeBackUnfinished(_ path: String) throws(StoreError) {
    var handle: OpaquePointer?
    defer { unsafe sqlite3_close_v2(handle) }
    _ = isConfigured
    var code = unsafe sqlite3_open_v2(
      path, &handle, SQLITE_OPEN_READWRITE, MUSTER_CHECKSUM_VFS)
    if code == SQLITE_OK {
      // Closing it must not copy a log that nobody has looked at.
      unsafe muster_db_config_on(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE)
      code = unsafe sqlite3_exec(handle, "SELECT 1 FROM sqlite_schema", nil, nil, nil)
    }
    guard code == SQLITE_OK else {
      throw StoreError.sqlite(code, "The database \(path) cannot be opened.")
    }
  }

  /// How the log is copied into the file.
  enum Copying {
    /// As far as readers let it be copied, waiting for nobody.
    case passing
    /// All of it, waiting also until nobody reads from the log, so that it begins anew.
    case restarting
    /// As `restarting`, and the log is a file without a byte then.
    case emptying

    fileprivate var mode: Int32 {
      switch self {
      case .passing: SQLITE_CHECKPOINT_PASSIVE
      case .restarting: SQLITE_CHECKPOINT_RESTART
      case .emptying: SQLITE_CHECKPOINT_TRUNCATE
      }
    }
  }

  /// Copies the log into the file.
  ///
  /// - Parameter readersTimeMilliseconds: How long those who read are waited for.
  /// - Returns: Whether all of the log is in the file, and what else was wanted has happened.
  func copyLog(
    _ copying: Copying, readersTimeMilliseconds: Int32 = Connection.busyTimeMilliseconds
  ) throws(StoreError) -> Bool {
    unsafe sqlite3_busy_timeout(handle, readersTimeMilliseconds)
    defer { unsafe sqlite3_busy_timeout(handle, Self.busyTimeMilliseconds) }
    var logPages: Int32 = 0
    var copiedPages: Int32 = 0
    let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, copying.mode, &logPages, &copiedPages)
    if code & 0xFF == SQLITE_BUSY { return false }
    guard code == SQLITE_OK else { throw error(code) }
    guard logPages == copiedPages else { return false }
    walPages = 0
    return true
  }

  /// Runs statements that give no rows.
  func execute(_ sql: String) throws(StoreError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code) }
  }

  func prepare(_ sql: String) throws(StoreError) -> Statement {
    try Statement(sql, on: self)
  }

  /// The error of a result code on this database; asked for right after the call that failed.
  func error(_ code: Int32) -> StoreError {
    // SQLite keeps the system's reason for itself; the failed call was the thread's last to set it.
    if StoreError.lackedRoom(code, systemError: errno) {
      return StoreError(
        .resourceExhausted,
        "The disk is full, or a quota or bound on file sizes is met: there is no room for the"
          + " database \(path). What was acknowledged is safe; make room and go on.")
    }
    let error = StoreError.sqlite(code, "The database \(path) failed.")
    guard error.code == .dataLoss else { return error }
    return StoreError(.dataLoss, "\(error.message) To restore it, \(StoreFiles(path).restoring).")
  }

  /// A single number that a statement gives.
  func integer(_ sql: String) throws(StoreError) -> Int64 {
    let statement = try prepare(sql)
    guard try statement.step() else { return 0 }
    return statement.integer(0)
  }
}

extension StoreError {
  /// Whether a write failed for want of room, and nothing else is wrong.
  ///
  /// A failed sync never is, whatever its reason: nobody knows what the disk has then.
  ///
  /// - Parameter systemError: The errno of the call that failed.
  static func lackedRoom(_ code: Int32, systemError: Int32) -> Bool {
    if Mutant.takesFullForDamaged.isOn { return false }
    if code & 0xFF == SQLITE_FULL { return true }
    // SQLITE_IOERR_WRITE, _SHMOPEN, _SHMSIZE: sums in SQLite's header, which Swift does not see.
    let writeOrShm = [3, 18, 19].map { SQLITE_IOERR | $0 << 8 }
    guard writeOrShm.contains(code) || code & 0xFF == SQLITE_CANTOPEN else { return false }
    return [ENOSPC, EDQUOT, EFBIG].contains(systemError)
  }

  /// The error of an SQLite result code; the message never holds a value of a row.
  static func sqlite(_ code: Int32, _ what: String) -> StoreError {
    let reason = unsafe String(cString: sqlite3_errstr(code))
    let kind: Code =
      switch code & 0xFF {
      // The file ends where a page of it should be.
      case SQLITE_IOERR where code == SQLITE_IOERR | (2 << 8): .dataLoss
      case SQLITE_INTERRUPT: .aborted
      case SQLITE_FULL: .resourceExhausted
      case SQLITE_NOMEM, SQLITE_TOOBIG: .resourceExhausted
      case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT: .dataLoss
      // SQLITE_IOERR_DATA: a page does not have the checksum that it was written with.
      case SQLITE_IOERR where code == SQLITE_IOERR | 32 << 8: .dataLoss
      case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_BUSY, SQLITE_LOCKED: .unavailable
      default: .internalError
      }
    return StoreError(kind, "\(what) SQLite says: \(reason) (\(code)).")
  }
}

extension Connection.Mode {
  fileprivate var flags: Int32 {
    switch self {
    case .writer, .copy: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    case .reader: SQLITE_OPEN_READONLY
    case .still: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
    }
  }
}
