internal import Glibc
public import MusterCore
internal import MusterFaults
internal import Synchronization

/// Workspaces that go, or get another name. Both block: call them on a thread that may.
extension DataDirectory {
  /// Deletes a workspace and its files.
  ///
  /// - Parameters:
  ///   - name: The workspace's name.
  ///   - withMembers: Whether to delete one that has members.
  /// - Returns: How many members it had.
  /// - Throws: `invalidArgument` for a name that is no slug, `notFound`, `failedPrecondition` for
  ///   the default workspace, while an import runs, or if it has members that are to stay.
  public func delete(_ name: String, withMembers: Bool) throws(StoreError) -> Int {
    let reason = Self.gone(name, "was deleted")
    return try retire(name, for: .deletion(withMembers: withMembers), reason: reason) {
      file throws(StoreError) in
      if Mutant.unlinksDatabaseFirst.isOn { return try removeDatabaseFirst(file) }
      try markDeletion(of: file)
      try finishDeletion(of: file)
    }
  }

  /// Gives a workspace another name.
  ///
  /// - Parameters:
  ///   - name: The name that it has.
  ///   - newName: The name that it gets.
  /// - Returns: Its file's new path.
  /// - Throws: As ``delete(_:withMembers:)``; `alreadyExists`, and `aborted` while it is read.
  public func rename(_ name: String, to newName: String) throws(StoreError) -> String {
    try CatalogueRule.check(slug: newName, of: "workspace name", field: "new_name")
    let reason = Self.gone(name, "is called \(newName) now")
    let newFile = file(of: newName)
    // Looked at again once nobody can make one.
    guard try !exists(newName) else {
      throw StoreError(.alreadyExists, "The workspace \(newName) exists already.")
    }
    _ = try retire(name, for: .renaming, reason: reason) { file throws(StoreError) in
      guard try !exists(newName) else {
        throw StoreError(.alreadyExists, "The workspace \(newName) exists already.")
      }
      // The log is empty. What is beside the file goes first: without it, the file is whole, and
      // without the file it would tell of a workspace that is lost.
      let code = OpenFiles.whileClosed(file) {
        StoreFiles(file).removeBeside()
        Failpoint.renaming.reach()
        return unsafe Glibc.rename(file, newFile)
      }
      guard let code else {
        throw StoreError(.aborted, "The workspace \(name) is being read; try again.")
      }
      guard code == 0 else { throw .system("The database \(file) cannot be renamed") }
    }
    return newFile
  }

  private static func gone(_ name: String, _ what: String) -> StoreError {
    StoreError(
      reason: .workspaceNotFound, "The workspace \(name) \(what).", [.workspace: name])
  }

  /// Takes a workspace out of use, and then lets something be done with its file.
  ///
  /// Nobody can open it meanwhile, nor make another of the name.
  private func retire(
    _ name: String, for retirement: Retirement, reason: StoreError,
    _ body: (_ file: String) throws(StoreError) -> Void
  ) throws(StoreError) -> Int {
    try CatalogueRule.check(slug: name, of: "workspace name", field: "name")
    guard name != WorkspaceName.standard else {
      throw StoreError(
        reason: .notChangeable, "The workspace \(name) is always there; it keeps its name.",
        [.workspace: name])
    }
    let result = changing.withLock { _ -> Result<Int, StoreError> in
      do throws(StoreError) {
        _ = try workspace(name)
        guard let opening = workspaces.withLock({ $0[name] }) else { throw reason }
        let count = try opening.retire(for: retirement, reason: reason) { () throws(StoreError) in
          try body(file(of: name))
          // Names that have changed survive a power loss.
          try FileSystem.sync(directory: path + "/workspaces")
        }
        return .success(count)
      } catch {
        return .failure(error)
      }
    }
    // A failed change of the file leaves nothing open either: the next caller opens it anew.
    if workspaces.withLock({ $0[name] })?.isRetired == true {
      workspaces.withLock { $0[name] = nil }
    }
    return try result.get()
  }
}

extension DataDirectory.Opening {
  /// Takes the store out of use, for good if that succeeds.
  fileprivate func retire(
    for retirement: Retirement, reason: StoreError, _ body: () throws(StoreError) -> Void
  ) throws(StoreError) -> Int {
    let outcome = result.withLock { result -> Result<Int, StoreError> in
      do throws(StoreError) {
        guard let store = try result?.get() else { throw reason }
        let count = try store.retire(for: retirement, reason: reason)
        result = .failure(reason)
        isRetired = true
        try body()
        return .success(count)
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }
}
