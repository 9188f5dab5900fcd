public import MusterCore

/// Gives the services the workspaces that they serve.
public protocol StoreProvider: Sendable {
  /// How long the writers have been at what they do now; asked often, must not block.
  var writerProgress: WriterProgress { get }
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
  /// Deletes a workspace, with members only if that is asked for.
  ///
  /// - Returns: How many members it had.
  /// - Throws: `invalidArgument`, `notFound`, `failedPrecondition`.
  func deleteWorkspace(_ name: String, withMembers: Bool) async throws(StoreError) -> Int
  /// Gives a workspace another name.
  ///
  /// - Returns: Where it is kept now.
  /// - Throws: `invalidArgument`, `notFound`, `alreadyExists`, `failedPrecondition`, `aborted`.
  func renameWorkspace(_ name: String, to newName: String) async throws(StoreError) -> String
  /// The names of all workspaces and where they are kept, by name.
  func listWorkspaces() throws(StoreError) -> [(name: String, location: String)]
}
