internal import Dispatch
internal import MusterCore
internal import MusterServer
internal import MusterStore

/// Joins the data directory to the services.
struct Stores: StoreProvider {
  let directory: DataDirectory

  func workspace(_ name: String) async throws(StoreError) -> any MemberStore {
    if let open = directory.openWorkspace(name) { return open }
    return try await opening { () throws(StoreError) in try directory.workspace(name) }
  }

  func createWorkspace(_ name: String) async throws(StoreError) -> any MemberStore {
    try await opening { () throws(StoreError) in try directory.create(name) }
  }

  func check(
    _ name: String
  ) throws(StoreError) -> (name: String, check: any StoreCheck) {
    try directory.check(name)
  }

  /// Opens a workspace on a thread that may block: loading a million members takes a second, and
  /// calls are served meanwhile.
  private func opening(
    _ open: @escaping @Sendable () throws(StoreError) -> WorkspaceStore
  ) async throws(StoreError) -> WorkspaceStore {
    let result: Result<WorkspaceStore, StoreError> = await withCheckedContinuation { waiter in
      DispatchQueue.global().async {
        do throws(StoreError) {
          waiter.resume(returning: .success(try open()))
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
