public import MusterCore

/// Gives the services the workspaces that they serve.
public protocol StoreProvider: Sendable {
  /// A workspace; an empty name means the default one.
  ///
  /// - Throws: `invalidArgument`, `notFound`.
  func workspace(_ name: String) async throws(StoreError) -> any MemberStore
  /// Makes a workspace.
  ///
  /// - Throws: `invalidArgument`, `alreadyExists`.
  func createWorkspace(_ name: String) async throws(StoreError) -> any MemberStore
  /// A check of a workspace's store, which may be one that cannot be opened; an empty name means
  /// the default one.
  ///
  /// - Throws: `invalidArgument`, `notFound`.
  func check(_ name: String) throws(StoreError) -> (name: String, check: any StoreCheck)
  /// The names of all workspaces and where they are kept, by name.
  func listWorkspaces() throws(StoreError) -> [(name: String, location: String)]
}
