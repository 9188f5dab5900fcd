internal import Dispatch
internal import MusterCore
internal import MusterServer
internal import MusterStore

/// Joins the data directory to the services.
struct Stores: StoreProvider {
  let directory: DataDirectory

  var writerProgress: WriterProgress { directory.writerProgress }

  func workspace(_ name: String) async throws(StoreError) -> any MemberStore {
    if let open = directory.openWorkspace(name) { return open }
    return try await blocking { () throws(StoreError) in try directory.workspace(name) }
  }

  func createWorkspace(_ name: String) async throws(StoreError) -> any MemberStore {
    try await blocking { () throws(StoreError) in try directory.create(name) }
  }

  func check(
    _ name: String
  ) throws(StoreError) -> (name: String, check: any StoreCheck) {
    try directory.check(name)
  }

  func deleteWorkspace(_ name: String, withMembers: Bool) async throws(StoreError) -> Int {
    try await blocking { () throws(StoreError) in
      try directory.delete(name, withMembers: withMembers)
    }
  }

  func renameWorkspace(_ name: String, to newName: String) async throws(StoreError) -> String {
    try await blocking { () throws(StoreError) in try directory.rename(name, to: newName) }
  }

  /// Runs what opens a workspace on a thread that may block: loading a million members takes a
  /// second, and calls are served meanwhile.
  private func blocking<Value: Sendable>(
    _ body: @escaping @Sendable () throws(StoreError) -> Value
  ) async throws(StoreError) -> Value {
    let result: Result<Value, StoreError> = await withCheckedContinuation { waiter in
      DispatchQueue.global().async {
        do throws(StoreError) {
          waiter.resume(returning: .success(try body()))
        } catch {
          waiter.resume(returning: .failure(error))
        }
      }
    }
    return try result.get()
  }

  func listWorkspaces() throws(StoreError) -> [(name: String, location: String)] {
    try directory.list().map { (name: $0.name, location: $0.file) }
  }
}
