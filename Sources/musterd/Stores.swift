internal import MusterCore
internal import MusterServer
internal import MusterStore

/// Joins the data directory to the services.
struct Stores: StoreProvider {
  let directory: DataDirectory

  func workspace(_ name: String) throws(StoreError) -> any MemberStore {
    try directory.workspace(name)
  }

  func createWorkspace(_ name: String) throws(StoreError) -> any MemberStore {
    try directory.create(name)
  }

  func listWorkspaces() throws(StoreError) -> [(name: String, location: String)] {
    try directory.list().map { (name: $0.name, location: $0.file) }
  }
}
