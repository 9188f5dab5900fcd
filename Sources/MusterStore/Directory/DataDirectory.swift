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
  /// The directory itself, whatever its path leads to by now.
  private let home: HeldDirectory
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
    home = try HeldDirectory(making: path)
    try home.makeSubdirectories(["workspaces", "spool", "backups"])
    let taken = try DirectoryLock.take(in: path)
    guard let taken else {
      throw StoreError(
        .failedPrecondition,
        "The data directory \(path) belongs to another musterd that is running; stop that one, or"
          + " name another directory.")
    }
    lock = taken
    SpoolFile.removeLeftovers(in: spoolDirectory)
    Self.removeFiles(in: path + "/backups")
    try finishWhatWasCut()
    try makeDefault()
    finishErasures()
  }

  deinit { close(lock) }

  /// How long the writers of all open workspaces have been at what they do now.
  public var writerProgress: WriterProgress { open.writerProgress }

  /// Makes the workspace `default` at the first start.
  ///
  /// Later it is not made anew: where it is gone then, it was lost, or given up by whoever removed
  /// its files, who says so by making another one.
  private func makeDefault() throws(StoreError) {
    let name = WorkspaceName.standard
    let note = path + "/had-default"
    if try !exists(name), !StoreFiles.exists(note) { _ = try makeWorkspace(name) }
    guard !StoreFiles.exists(note), try exists(name) else { return }
    do throws(FileFailure) {
      close(try KeptFile.open(FileName(note), .write))
    } catch {
      throw StoreError(.unavailable, error.message)
    }
    try FileSystem.sync(directory: path)
  }

  /// Removes what a daemon that was killed has left in a directory.
  private static func removeFiles(in path: String) {
    for name in (try? FileSystem.names(in: path)) ?? [] { unsafe unlink("\(path)/\(name)") }
  }

  private func unknown(_ name: String) -> StoreError {
    let known = (try? list().map(\.name)) ?? []
    let nearest = Nearest.match(name, among: known).map { "did you mean \($0)? Else " } ?? ""
    if name == WorkspaceName.standard {
      return StoreError(
        .dataLoss,
        "The workspace default was here, and its files are gone. To restore it, put a backup in"
          + " place as \(file(of: name)); to begin with an empty one:"
          + " muster workspace create default")
    }
    return StoreError(
      reason: .workspaceNotFound,
      "The workspace \(name) does not exist; \(nearest)make it with: "
        + "muster workspace create \(name)", [.workspace: name])
  }

  func file(of name: String) -> String { "\(path)/workspaces/\(name).db" }

  /// Whether there is a workspace, or what a lost one has left.
  func exists(_ name: String) throws(StoreError) -> Bool {
    let file = file(of: name)
    return StoreFiles(file).areKnown && !StoreFiles.exists(Self.deletionMark(of: file))
  }

  /// The names of all workspaces, in byte order, with their files.
  public func list() throws(StoreError) -> [(name: String, file: String)] {
    let files = try FileSystem.names(in: path + "/workspaces").filter { $0.hasSuffix(".db") }
    let names = files.map { String($0.dropLast(3)) }.filter { SlugRule.accepts($0) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { ($0, file(of: $0)) }
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
        try finishDeletion(of: file(of: name))
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
        try home.check()
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
