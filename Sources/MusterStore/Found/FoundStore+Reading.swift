internal import CPageChecksums
internal import CSQLite
internal import Glibc
internal import MusterCore
internal import MusterFaults

extension FoundStore {
  /// Looks at the files of a workspace, and makes sure that they are what was left; changes none of
  /// them, but for taking back what a power cut has left half done.
  ///
  /// Must come before SQLite opens the database to write.
  ///
  /// - Parameter isInUse: Whether a daemon writes to them meanwhile, so that they need not agree.
  /// - Throws: `dataLoss`, saying what was found and what to do; `failedPrecondition` for what no
  ///   daemon makes.
  static func check(
    _ files: StoreFiles, isInUse: () -> Bool = { false }
  ) throws(StoreError) -> FoundStore {
    try files.checkKinds()
    try RollbackJournal.settle(files)
    let found = try FoundStore(files)
    if let fault = found.fault, !isTrusted(fault), !(fault.passesWithUse && isInUse()) {
      throw fault.refusal(files)
    }
    return found
  }

  /// Whether a deliberate bug passes over a fault.
  private static func isTrusted(_ fault: Fault) -> Bool {
    switch fault {
    case .missing, .empty: Mutant.trustsEmptyFile.isOn
    case .logLost, .logCut, .otherLog, .otherStore, .otherTime, .witnessLost:
      Mutant.trustsAnyLog.isOn
    case .noDatabase, .blank, .foreign, .cut, .unreadable: false
    }
  }

  init(_ files: StoreFiles) throws(StoreError) {
    witness = Self.readWitness(files.witness)
    var page: UInt32 = 0
    database = try Self.readDatabase(files.database, markPage: &page)
    log = try Self.readLog(files.log, markPage: page)
    // What is not in the file may be in the log.
    if frameCount == 0, try Self.isCut(files.database, database) { database = .cut }
  }

  private var frameCount: UInt32 {
    if case .log(_, let frameCount, _) = log { frameCount } else { 0 }
  }

  // MARK: The database

  /// - Parameter markPage: Gets the page that the mark lies on, if that can be read.
  private static func readDatabase(
    _ path: String, markPage: inout UInt32
  ) throws(StoreError) -> Database {
    guard StoreFiles.exists(path) else { return .missing }
    let connection = try Connection(path: path, mode: .still, cacheBytes: cacheBytes)
    guard let header = DatabaseHeader(connection) else {
      return unsafe muster_file_size(connection.handle) == 0 ? .empty : .noDatabase
    }
    do throws(StoreError) {
      if header.applicationID == 0 && header.userVersion == 0 {
        let count = try connection.integer("SELECT count(*) FROM sqlite_schema")
        return count == 0 ? .blank : .foreign
      }
      guard header.applicationID == Schema.applicationID else { return .foreign }
      markPage = try MarkTable.page(in: connection)
      guard markPage > 0 else { return .unmarked }
      return try MarkTable.read(connection).map { .marked($0) } ?? .unreadable
    } catch {
      guard error.code == .dataLoss || error.code == .internalError else { throw error }
      return .unreadable
    }
  }

  private static func isCut(_ path: String, _ database: Database) throws(StoreError) -> Bool {
    switch database {
    case .marked, .unmarked, .unreadable: break
    case .missing, .empty, .noDatabase, .blank, .foreign, .cut: return false
    }
    let connection = try Connection(path: path, mode: .still, cacheBytes: cacheBytes)
    guard let header = DatabaseHeader(connection) else { return true }
    let size = unsafe muster_file_size(connection.handle)
    return size < Int64(header.pageBytes) * Int64(header.pageCount)
  }

  private static let cacheBytes = 256 * 1024

  // MARK: What lies beside it

  private static func readLog(_ path: String, markPage: UInt32) throws(StoreError) -> Log {
    let file = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else {
      guard errno != ENOENT else { return .missing }
      throw .system("The write-ahead log \(path) cannot be read")
    }
    defer { close(file) }
    var found = muster_log()
    let code = unsafe muster_scan_log(file, markPage, UInt32(StoreMark.byteCount), &found)
    guard code == 0 else {
      throw .system("The write-ahead log \(path) cannot be read", code)
    }
    guard found.has_header else {
      var status = stat()
      return unsafe fstat(file, &status) == 0 && status.st_size == 0 ? .empty : .damaged
    }
    let mark =
      found.image_place < 0
      ? nil
      : StoreMark(page: read(file, count: Int(found.page_bytes), at: found.image_place))
    return .log(salts: found.salts, frameCount: found.frame_count, mark: mark)
  }

  private static func readWitness(_ path: String) -> Witness {
    let file = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { return errno == ENOENT ? .missing : .damaged }
    defer { close(file) }
    let bytes = read(file, count: LogClaim.byteCount + 1, at: 0)
    if bytes == accepting || bytes == accepting.dropLast() { return .accepting }
    return LogClaim(bytes).map { .claim($0) } ?? .damaged
  }

  private static let accepting = Array("accept\n".utf8)

  private static func read(_ file: Int32, count: Int, at place: Int64) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      unsafe filled = max(0, pread(file, bytes.baseAddress, count, off_t(place)))
    }
  }
}

/// The first bytes of a database file (the SQLite file format, section 1.3).
private struct DatabaseHeader {
  let pageBytes: Int
  /// Pages of the database, if its last writer has kept that number; else 0.
  let pageCount: UInt32
  let userVersion: UInt32
  let applicationID: Int

  /// Reads the header as it lies in the file; nil if it is none.
  init?(_ connection: Connection) {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, filled in
      let code = unsafe muster_read_header(connection.handle, buffer.baseAddress)
      filled = code == SQLITE_OK ? Self.byteCount : 0
    }
    guard bytes.count == Self.byteCount,
      Array(bytes[..<16]) == Array("SQLite format 3\0".utf8)
    else { return nil }
    func big(_ place: Int) -> UInt32 {
      bytes[place..<(place + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
    let pageBytes = Int(bytes[16]) << 8 | Int(bytes[17])
    self.pageBytes = pageBytes == 1 ? 65_536 : pageBytes
    pageCount = big(24) == big(92) ? big(28) : 0
    userVersion = big(60)
    applicationID = Int(big(68))
  }

  private static let byteCount = Int(MUSTER_HEADER_BYTES)
}

extension FoundStore.Fault {
  /// Whether files that are written to may seem to have it.
  fileprivate var passesWithUse: Bool {
    switch self {
    case .missing, .empty, .noDatabase, .blank, .foreign: false
    case .cut, .unreadable, .logLost, .logCut, .otherLog, .otherStore, .otherTime, .witnessLost:
      true
    }
  }
}
