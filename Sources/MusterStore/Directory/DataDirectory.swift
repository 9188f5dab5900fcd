internal import Glibc
public import MusterCore
internal import MusterFaults
internal import MusterFiles
internal import Synchronization

/// A daemon's data directory: one lock, and a file for each workspace.
///
/// At most one process owns it (an flock on `lock`, which is never unlinked). A workspace is
/// opened, and its identity index loaded, when it is first used, and closed when nobody needs it or
/// others need its memory.
public final class DataDirectory: Sendable {
  /// Workspaces of one directory; bounds what a listing and the open files take.
  public static let workspacesMax = 1_000

  /// The directory as it was given; relative paths stay relative.
  public let path: String
  private let limits: Limits
  /// Where previews and all-or-nothing imports keep their rows until all have come.
  private let spoolDirectory: String
  private let lock: Int32
  /// Those that are open, and what they may take.
  let open: OpenWorkspaces
  let workspaces = Mutex<[String: Opening]>([:])
  /// Held while a workspace is made, deleted or renamed.
  let changing = Mutex<Void>(())

  /// A workspace that was opened, or is being opened by one caller while others wait. Its store
  /// opens and closes the file as it is needed.
  final class Opening: Sendable {
    let result = Mutex<Result<WorkspaceStore, StoreError>?>(nil)
    /// Whether its file is no longer its own, for whoever found it before that.
    private let retired = Mutex(false)

    var isRetired: Bool {
      get { retired.withLock { $0 } }
      set { retired.withLock { $0 = newValue } }
    }
  }

  /// Makes the directory (mode 0700) if there is none, and takes its lock.
  ///
  /// - Parameters:
  ///   - path: The directory.
  ///   - limits: The bounds that hold for each workspace.
  ///   - budget: What the open workspaces may take together.
  ///   - observer: Is told when one opens and when one closes, on any thread; must not block.
  /// - Throws: `failedPrecondition` if another daemon owns it.
  public convenience init(
    path: String, limits: Limits = Limits(), budget: WorkspaceBudget = WorkspaceBudget(),
    observer: @escaping @Sendable (WorkspaceEvent) -> Void = { _ in }
  ) throws(StoreError) {
    try self.init(
      path: path, limits: limits, open: OpenWorkspaces(budget: budget, observer: observer))
  }

  init(path: String, limits: Limits = Limits(), open: OpenWorkspaces) throws(StoreError) {
    self.path = path
    self.limits = limits
    self.open = open
    spoolDirectory = path + "/spool"
    // SQLite makes its files by the umask too.
    umask(0o077)
    try Self.makeDirectory(path)
    try Self.makeDirectory(path + "/workspaces")
    try Self.makeDirectory(spoolDirectory)
    try Self.makeDirectory(path + "/backups")
    do throws(FileFailure) {
      lock = try KeptFile.open(FileName(path + "/lock"), .readWrite)
    } catch {
      throw StoreError(.unavailable, error.message)
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 || Mutant.sharesLocks.isOn else {
      close(lock)
      throw StoreError(
        .failedPrecondition,
        "The data directory \(path) belongs to another musterd that is running; stop that one, or"
          + " name another directory.")
    }
    SpoolFile.removeLeftovers(in: spoolDirectory)
    Self.removeFiles(in: path + "/backups")
    if try !exists(WorkspaceName.standard) { _ = try makeWorkspace(WorkspaceName.standard) }
  }

  deinit { close(lock) }

  /// How long the writers of all open workspaces have been at what they do now.
  public var writerProgress: WriterProgress { open.writerProgress }

  private static func makeDirectory(_ path: String) throws(StoreError) {
    if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
      throw systemError("The directory \(path) cannot be made")
    }
    if !Mutant.leavesDirectoriesUnsynced.isOn { try syncEntry(of: path) }
  }

  /// Makes sure that a directory's name survives a power loss: SQLite syncs the directory that its
  /// files are in, and none above it.
  ///
  /// At each start, for the process that made the directory may have been killed before this. One
  /// that may not be read, above ours, is somebody else's to keep.
  private static func syncEntry(of path: String) throws(StoreError) {
    let parent = path + "/.."
    guard unsafe access(parent, R_OK) == 0 else { return }
    try sync(directory: parent)
  }

  /// Makes the names in a directory survive a power loss, where its file system can.
  static func sync(directory: String) throws(StoreError) {
    let opened = unsafe Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw systemError("The directory \(directory) cannot be opened") }
    defer { close(opened) }
    guard fsync(opened) != 0, errno != EINVAL else { return }
    throw systemError("The directory \(directory) cannot be synced")
  }

  /// Removes what a daemon that was killed has left in a directory.
  private static func removeFiles(in path: String) {
    for name in (try? names(in: path)) ?? [] { unsafe unlink("\(path)/\(name)") }
  }

  static func systemError(_ what: String) -> StoreError {
    StoreError(.unavailable, "\(what): \(unsafe String(cString: strerror(errno))).")
  }

  private func unknown(_ name: String) -> StoreError {
    let known = (try? list().map(\.name)) ?? []
    let nearest = Nearest.match(name, among: known).map { "did you mean \($0)? Else " } ?? ""
    return StoreError(
      reason: .workspaceNotFound,
      "The workspace \(name) does not exist; \(nearest)make it with: "
        + "muster workspace create \(name)", [.workspace: name])
  }

  func file(of name: String) -> String { "\(path)/workspaces/\(name).db" }

  func exists(_ name: String) throws(StoreError) -> Bool {
    unsafe access(file(of: name), F_OK) == 0
  }

  /// The names of all workspaces, in byte order, with their files.
  public func list() throws(StoreError) -> [(name: String, file: String)] {
    let files = try Self.names(in: path + "/workspaces").filter { $0.hasSuffix(".db") }
    let names = files.map { String($0.dropLast(3)) }.filter { SlugRule.accepts($0) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { ($0, file(of: $0)) }
  }

  private static func names(in path: String) throws(StoreError) -> [String] {
    guard let directory = unsafe opendir(path) else {
      throw systemError("The directory \(path) cannot be read")
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Makes a workspace.
  ///
  /// - Throws: `invalidArgument` for a name that is no slug, `alreadyExists`.
  public func create(_ name: String) throws(StoreError) -> WorkspaceStore {
    try CatalogueRule.check(slug: name, of: "workspace name", field: "name")
    let result = changing.withLock { _ -> Result<WorkspaceStore, StoreError> in
      do throws(StoreError) {
        guard try !exists(name) else {
          throw StoreError(.alreadyExists, "The workspace \(name) exists already.")
        }
        guard try list().count < Self.workspacesMax else {
          throw StoreError(
            reason: .limitExceeded,
            "A data directory holds at most \(Self.workspacesMax) workspaces.",
            Limits.facts("workspaces", Self.workspacesMax))
        }
        // A crash may have come between deleting a database and deleting its log.
        removeLog(of: file(of: name))
        return .success(try makeWorkspace(name))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// A workspace, opened if it is not open yet.
  ///
  /// - Parameter name: Empty means the workspace `default`.
  /// - Throws: `invalidArgument` for a name that is no slug, `notFound`.
  /// - Complexity: O(members) at the first use: the identity index is loaded.
  public func workspace(_ name: String) throws(StoreError) -> WorkspaceStore {
    let name = WorkspaceName.resolve(name)
    // The name is checked before any path is made of it.
    try CatalogueRule.check(slug: name, of: "workspace name", field: "workspace")
    if let opening = workspaces.withLock({ $0[name] }), let result = opening.result.withLock({ $0 })
    {
      return try result.get()
    }
    guard try exists(name) else { throw unknown(name) }
    return try makeWorkspace(name, onlyIfStored: true)
  }

  /// A workspace that was opened before, without waiting; nil if it was not.
  ///
  /// - Parameter name: Empty means the workspace `default`.
  public func openWorkspace(_ name: String) -> WorkspaceStore? {
    let opening = workspaces.withLock { $0[WorkspaceName.resolve(name)] }
    // While somebody opens it, its lock is held for as long as that takes.
    let result = opening?.result.withLockIfAvailable { $0 } ?? nil
    guard case .success(let store) = result else { return nil }
    return store
  }

  /// A check of a workspace's file; the workspace need not be open, nor can it have to be opened.
  ///
  /// - Parameter name: Empty means the workspace `default`.
  /// - Throws: `invalidArgument` for a name that is no slug, `notFound`.
  public func check(_ name: String) throws(StoreError) -> (name: String, check: any StoreCheck) {
    let name = WorkspaceName.resolve(name)
    try CatalogueRule.check(slug: name, of: "workspace name", field: "workspace")
    guard try exists(name) else { throw unknown(name) }
    return (name, StoreChecker(path: file(of: name), workspace: openWorkspace(name)))
  }

  /// Leaves every open workspace whole in its one file; the last call before the end.
  public func shutDown() async {
    let names = workspaces.withLock { Array($0.keys) }
    for name in names { await openWorkspace(name)?.shutDown() }
  }

  private func makeWorkspace(
    _ name: String, onlyIfStored: Bool = false
  ) throws(StoreError) -> WorkspaceStore {
    let opening = workspaces.withLock { workspaces in
      if let opening = workspaces[name] { return opening }
      let opening = Opening()
      workspaces[name] = opening
      return opening
    }
    let result = opening.result.withLock { result in
      if let result { return result }
      let opened: Result<WorkspaceStore, StoreError>
      do throws(StoreError) {
        // It may have been deleted since the caller looked.
        if onlyIfStored { guard try exists(name) else { throw unknown(name) } }
        opened = .success(
          try WorkspaceStore(
            name: name, path: file(of: name), limits: limits, spoolDirectory: spoolDirectory,
            backups: path + "/backups", neighbours: open))
      } catch {
        opened = .failure(error)
      }
      result = opened
      return opened
    }
    // A failed opening is tried again by the next caller.
    if case .failure = result { workspaces.withLock { $0[name] = nil } }
    return try result.get()
  }
}
