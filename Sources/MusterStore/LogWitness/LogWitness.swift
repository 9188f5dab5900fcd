internal import Glibc
internal import MusterCore
internal import MusterFiles

/// Remembers beside a database how much of its write-ahead log is durable, so that a log that is
/// gone, or has lost its end, is noticed instead of being taken for an older store.
///
/// The file `NAME.db-witness` is written after each commit and synced once for each log, and in
/// ``forget(_:)``: whatever a power cut leaves of it is of this log or the one before, and claims
/// no more than the log had. It knows its database by the mark inside it, so that it may be copied
/// with it. What is found of it when a store is opened is ``FoundStore``'s to judge.
@safe final class LogWitness {
  private let path: String
  private var file: Int32 = -1
  private var log: Int32 = -1
  private var last: LogClaim?
  /// Whether the file is known to be no longer than a claim.
  private var isCut = false
  private var isNameSynced = false
  /// The log that the file is sure to know after a power cut.
  private var durable: LogClaim.Mark?

  /// - Parameters:
  ///   - path: The database.
  ///   - found: What the file has said.
  init(database path: String, found: LogClaim?) {
    self.path = path
    last = found
  }

  deinit {
    if file >= 0 { close(file) }
    if log >= 0 { close(log) }
  }

  /// Makes sure that the file knows a log, and goes on knowing it after a power cut.
  ///
  /// - Returns: Why it does not, an errno; 0 if it does.
  func begin(_ mark: StoreMark) -> Int32 {
    let wanted = LogClaim.Mark(mark)
    if durable == wanted { return 0 }
    errno = 0
    if last?.mark != wanted {
      guard write(LogClaim(mark: wanted, salts: 0, frameCount: 0)) else { return failure }
    }
    guard open(), fdatasync(file) == 0, syncName() else { return failure }
    durable = wanted
    return 0
  }

  private var failure: Int32 { errno == 0 ? ENOSPC : errno }

  /// Writes down that so many frames of the log are durable; to be called after each commit.
  ///
  /// A file that cannot be written claims nothing new, and no commit fails of it.
  func remember(frameCount: UInt32, of mark: StoreMark) {
    if log < 0 { log = unsafe Glibc.open(path + "-wal", O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
    guard log >= 0, let salts = Self.salts(log) else { return }
    let claim = LogClaim(mark: LogClaim.Mark(mark), salts: salts, frameCount: frameCount)
    guard write(claim), durable != claim.mark else { return }
    durable = nil
    if fdatasync(file) == 0 { durable = claim.mark }
  }

  /// Claims nothing more, durably; to be called before the log is emptied.
  ///
  /// - Returns: Whether that succeeded; if not, the log must stay as it is.
  func forget(_ mark: StoreMark) -> Bool {
    let claim = LogClaim(mark: LogClaim.Mark(mark), salts: 0, frameCount: 0)
    // One that is not there claims nothing.
    if last == nil, file < 0, unsafe access(path + "-witness", F_OK) != 0 { return true }
    guard write(claim), fdatasync(file) == 0 else { return false }
    durable = claim.mark
    return true
  }

  private func write(_ claim: LogClaim) -> Bool {
    guard open() else { return false }
    if claim == last { return true }
    let bytes = claim.pack()
    // Until it is written, nobody knows what the file says.
    last = nil
    guard unsafe pwrite(file, bytes, bytes.count, 0) == bytes.count else { return false }
    if !isCut {
      // What stood there may have been longer.
      guard ftruncate(file, off_t(bytes.count)) == 0 else { return false }
      isCut = true
    }
    last = claim
    return true
  }

  private func open() -> Bool {
    if file < 0 {
      do throws(FileFailure) {
        file = try KeptFile.open(FileName(path + "-witness"), .write)
      } catch {
        errno = error.code ?? ENOSPC
      }
    }
    return file >= 0
  }

  /// Makes the file's name survive a power cut, where its file system can.
  private func syncName() -> Bool {
    if isNameSynced { return true }
    let directory = unsafe Glibc.open(
      FilePath.directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return false }
    defer { close(directory) }
    isNameSynced = fsync(directory) == 0 || errno == EINVAL
    return isNameSynced
  }

  /// The salts in a log's header (the SQLite file format, section 4.1); nil if it has none.
  private static func salts(_ log: Int32) -> UInt64? {
    let header = unsafe [UInt8](unsafeUninitializedCapacity: 32) { bytes, filled in
      unsafe filled = max(0, pread(log, bytes.baseAddress, 32, 0))
    }
    guard header.count == 32 else { return nil }
    return header[16..<24].reduce(0) { $0 << 8 | UInt64($1) }
  }
}
