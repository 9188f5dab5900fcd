internal import CPageChecksums
internal import CSQLite
internal import Glibc
internal import MusterCore
internal import MusterFiles
internal import Synchronization

/// A copy of a workspace's file, made by SQLite's backup interface on the writer's own connection.
///
/// What that connection writes while the copy is being made goes into the copy too, so that it
/// never begins anew, and no read transaction stays open between two steps. The file is in a
/// directory of the daemon's own, and goes with this object; the copy is one file without a log.
final class BackupCopy: StoreBackup {
  private let path: String
  private let workspace: WorkspaceStore
  /// The connection that is copied from must stay.
  private let hold: WorkspaceUses.Hold
  private let state: Mutex<State>

  private struct State {
    var copying: BackupRun?
    var descriptor: Int32 = -1
    var memberCount: UInt64 = 0
  }

  private struct Part: Sendable {
    var run: BackupRun
    var progress: BackupProgress
  }

  init(of workspace: WorkspaceStore, path: String) {
    self.workspace = workspace
    self.path = path
    hold = workspace.uses.hold()
    state = Mutex(State())
  }

  deinit {
    let descriptor = state.withLock { $0.descriptor }
    if descriptor >= 0 { close(descriptor) }
    // Only the writer's thread may touch its connection.
    if let run = state.withLock({ $0.copying }) {
      workspace.add(.tidy { [hold] _ in withExtendedLifetime(hold) { run.end() } })
    }
    Self.remove(path)
  }

  private static func remove(_ path: String) {
    for ending in ["", "-journal", "-wal", "-shm"] { unsafe unlink(path + ending) }
  }

  /// Makes the file, so that SQLite opens what is ours and nothing that was put there.
  private static func make(_ path: String) throws(StoreError) {
    remove(path)
    do throws(FileFailure) {
      try KeptFile.make(FileName(path))
    } catch {
      throw StoreError(
        [ENOSPC, EDQUOT].contains(error.code) ? .resourceExhausted : .unavailable, error.message)
    }
  }

  var memberCount: UInt64 { state.withLock { $0.memberCount } }

  func step() async throws(StoreError) -> BackupProgress? {
    guard state.withLock({ $0.descriptor < 0 }) else { return nil }
    let known = state.withLock { $0.copying }
    let path = path
    let part = try await workspace.run { writer throws(StoreError) -> Part in
      // The interface copies nothing while a transaction writes.
      writer.commit()
      let run: BackupRun
      if let known {
        run = known
      } else {
        try Self.make(path)
        run = try BackupRun(of: writer.connection, to: path)
      }
      return Part(run: run, progress: try run.step())
    }
    let run = part.run
    state.withLock { $0.copying = run }
    guard run.isComplete else { return part.progress }
    try await complete(run)
    return part.progress
  }

  /// Makes the copy a single file that is on the disk, and opens it for reading.
  private func complete(_ run: BackupRun) async throws(StoreError) {
    let memberCount = try run.complete()
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot be read") }
    state.withLock { state in
      state.copying = nil
      state.memberCount = memberCount
      state.descriptor = descriptor
    }
    // The disk may take long. What runs there keeps neither this object nor a connection.
    let error = try await onBlockingThread { fsync(descriptor) == 0 ? 0 : errno }
    guard error == 0 else { throw failure("cannot be brought onto the disk", error) }
    // From here on nothing is left behind, whatever becomes of the daemon.
    Self.remove(path)
  }

  func read(byteCountMax: Int) throws(StoreError) -> [UInt8] {
    let descriptor = state.withLock { $0.descriptor }
    var count = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCountMax) { buffer, filled in
      count = unsafe Glibc.read(descriptor, buffer.baseAddress, byteCountMax)
      filled = max(count, 0)
    }
    guard count >= 0 else { throw failure("cannot be read") }
    return bytes
  }

  private func failure(_ what: String, _ error: Int32 = errno) -> StoreError {
    let reason = unsafe String(cString: strerror(error))
    return StoreError(.unavailable, "The copy of workspace \(workspace.name) \(what): \(reason).")
  }
}

/// A backup of SQLite's that is under way; used on the writer's thread until it is complete.
@safe final class BackupRun: @unchecked Sendable {
  private var handle: OpaquePointer?
  let target: Connection
  private let source: Connection
  private(set) var isComplete = false

  /// Pages of one step: 4 MiB, for which imports wait a few milliseconds.
  private static let stepPages: Int32 = 256
  private static let cacheBytes = 1024 * 1024

  init(of source: Connection, to path: String) throws(StoreError) {
    self.source = source
    target = try Connection(path: path, mode: .copy, cacheBytes: Self.cacheBytes)
    if unsafe muster_has_checksums(source.handle) {
      unsafe muster_begin_checksums(target.handle)
    }
    unsafe handle = unsafe sqlite3_backup_init(target.handle, "main", source.handle, "main")
    guard unsafe handle != nil else {
      throw target.error(unsafe sqlite3_extended_errcode(target.handle))
    }
  }

  /// Copies some pages.
  func step() throws(StoreError) -> BackupProgress {
    let code = unsafe sqlite3_backup_step(handle, Self.stepPages)
    let total = unsafe sqlite3_backup_pagecount(handle)
    let left = unsafe sqlite3_backup_remaining(handle)
    if code == SQLITE_DONE {
      isComplete = true
      end()
    } else if code != SQLITE_OK {
      let error = failure(code)
      end()
      throw error
    }
    let pageBytes = UInt64(clamping: Connection.pageBytes)
    return BackupProgress(
      byteCount: UInt64(clamping: total - left) * pageBytes,
      byteTotal: UInt64(clamping: total) * pageBytes)
  }

  /// Lets go of both connections.
  func end() {
    unsafe sqlite3_backup_finish(handle)
    unsafe handle = nil
  }

  /// Makes the copy a single file; called once, by whoever has the object then.
  ///
  /// - Returns: Members in it.
  func complete() throws(StoreError) -> UInt64 {
    // The copied header says that there is a log; the copy has none.
    try target.execute("PRAGMA journal_mode = DELETE")
    // No log and no witness of the store may be taken for the copy's.
    let store = try MarkTable.read(target)?.store
    try MarkTable.write(store.map { .new(store: $0) } ?? .new(), to: target)
    return UInt64(clamping: try target.integer("SELECT count(*) FROM member"))
  }

  /// The error of a step; asked for right after it.
  private func failure(_ code: Int32) -> StoreError {
    if StoreError.lackedRoom(code, systemError: errno) {
      return StoreError(
        .resourceExhausted,
        "There is no room for the copy \(target.path): it needs as many bytes as the store has. The"
          + " store is as it was; make room and begin again.")
    }
    let error = target.error(code)
    // The copy is new: damaged pages are those of the source.
    return error.code == .dataLoss ? source.error(code) : error
  }
}
