internal import Dispatch
internal import MusterCore
internal import Synchronization

/// What a workspace lets go of its file for.
enum Retirement: Sendable {
  /// The file is deleted, with members only if that was asked for.
  case deletion(withMembers: Bool)
  /// The file gets another name.
  case renaming
}

extension WorkspaceStore {
  /// Lets go of the file for ever; what comes later is refused. Blocks until what waited is done.
  ///
  /// - Parameter reason: What later callers are told.
  /// - Returns: How many members the workspace has.
  /// - Throws: `failedPrecondition` while an import runs, or if there are members that are to stay;
  ///   `aborted` if the file is being read and is to get another name. Nothing has happened then.
  func retire(for retirement: Retirement, reason: StoreError) throws(StoreError) -> Int {
    let outcome = Mutex<Result<Int, StoreError>?>(nil)
    let done = DispatchSemaphore(value: 0)
    let readers = readers
    add(
      .replaceWriter { writer in
        readers.close()
        do throws(StoreError) {
          let count = try writer.prepare(retirement)
          let successor = try WorkspaceWriter(retired: reason)
          readers.close(for: reason)
          outcome.withLock { $0 = .success(count) }
          return successor
        } catch {
          outcome.withLock { $0 = .failure(error) }
          return nil
        }
      } otherwise: { error in
        outcome.withLock { $0 = .failure(error) }
      } then: {
        done.signal()
      })
    done.wait()
    let result = outcome.withLock { $0 }
    return try result?.get() ?? 0
  }
}

extension WorkspaceWriter {
  /// A writer that stands in for one whose file is gone: it refuses everything, and has no file.
  convenience init(retired reason: StoreError) throws(StoreError) {
    try self.init(path: ":memory:")
    damage = reason
  }

  /// Makes sure that the file may go, and leaves it whole.
  ///
  /// - Returns: How many members it has.
  fileprivate func prepare(_ retirement: Retirement) throws(StoreError) -> Int {
    try checkNobodyImports()
    if let error = commit() { throw error }
    let count = Int(try connection.integer("SELECT count(*) FROM member"))
    switch retirement {
    case .deletion(let withMembers):
      guard withMembers || count == 0 else {
        throw StoreError(
          reason: .inUse,
          "The workspace has \(count == 1 ? "1 member" : "\(count) members"); deleting it deletes"
            + " them too, and has to be asked for (muster workspace delete --yes).",
          [.memberCount: "\(count)"])
      }
    case .renaming:
      // What the log has must be in the file, which alone gets the new name.
      guard OpenFiles.count(connection.path) == 1, try emptyLog(readersTimeMilliseconds: 0) else {
        throw StoreError(
          .aborted, "The workspace is being read, by an export say; try again when that has ended.")
      }
    }
    for importID in watchers.watched { watchers.end(importID) }
    return count
  }
}
