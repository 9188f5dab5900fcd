internal import MusterWire

/// Renaming and deleting; what members hold is never lost by it, but for a whole workspace's.
extension MusterClient {
  /// Gives a workspace another name.
  ///
  /// - Throws: ``MusterClientError`` with `notFound`, `alreadyExists`, `invalidArgument`;
  ///   `failedPrecondition` while an import runs in it, `aborted` while it is being read.
  public func renameWorkspace(_ request: RenameWorkspaceRequest) async throws -> WorkspaceEntry {
    try await call(
      WorkspaceMethods.renameWorkspace, request, as: RenameWorkspaceResponse.self
    ).workspace
  }

  /// Deletes a workspace and its file.
  ///
  /// - Returns: How many members it had.
  /// - Throws: ``MusterClientError`` with `notFound`; `failedPrecondition` while an import runs in
  ///   it, or if it has members and the request does not ask to delete them.
  @discardableResult
  public func deleteWorkspace(_ request: DeleteWorkspaceRequest) async throws -> UInt64 {
    try await call(
      WorkspaceMethods.deleteWorkspace, request, as: DeleteWorkspaceResponse.self
    ).memberCount
  }

  /// Gives a role another slug.
  ///
  /// - Throws: ``MusterClientError`` with `notFound`, `alreadyExists`, `invalidArgument`, or
  ///   `failedPrecondition` for the role that imports give by default.
  public func renameRole(_ request: RenameRoleRequest) async throws -> Role {
    try await call(WorkspaceMethods.renameRole, request, as: RenameRoleResponse.self).role
  }

  /// Deletes a role that no member has.
  ///
  /// - Throws: ``MusterClientError`` with `notFound`, or `failedPrecondition`, saying how many have
  ///   it.
  public func deleteRole(_ request: DeleteRoleRequest) async throws {
    _ = try await call(WorkspaceMethods.deleteRole, request, as: DeleteEntryResponse.self)
  }

  /// Gives a label another slug, in all members that carry it.
  ///
  /// - Returns: How many carry it.
  /// - Throws: ``MusterClientError`` with `notFound`, `alreadyExists`, `invalidArgument`,
  ///   `failedPrecondition` while an import runs, `resourceExhausted` for more members than one
  ///   change writes.
  @discardableResult
  public func renameLabel(_ request: RenameLabelRequest) async throws -> UInt64 {
    try await call(WorkspaceMethods.renameLabel, request, as: RenameLabelResponse.self).memberCount
  }

  /// Deletes a label that no member carries.
  ///
  /// - Throws: ``MusterClientError`` with `notFound`, or `failedPrecondition`, saying how many
  ///   carry it.
  public func deleteLabel(_ request: DeleteLabelRequest) async throws {
    _ = try await call(WorkspaceMethods.deleteLabel, request, as: DeleteEntryResponse.self)
  }

  /// Gives a form another slug, in all members that have values of it.
  ///
  /// - Throws: As ``renameLabel(_:)``.
  public func renameForm(_ request: RenameFormRequest) async throws -> FormChangeResponse {
    try await call(WorkspaceMethods.renameForm, request)
  }

  /// Deletes a form that no member has values of.
  ///
  /// - Throws: ``MusterClientError`` with `notFound`, or `failedPrecondition`, saying how many do.
  public func deleteForm(_ request: DeleteFormRequest) async throws {
    _ = try await call(WorkspaceMethods.deleteForm, request, as: DeleteEntryResponse.self)
  }

  /// Adds a field to a form, behind the others.
  ///
  /// - Throws: ``MusterClientError`` with `notFound`, `alreadyExists`, `invalidArgument`, or
  ///   `failedPrecondition` for a required field of a form that members have values of.
  public func addFormField(_ request: AddFormFieldRequest) async throws -> Form {
    try await call(WorkspaceMethods.addFormField, request, as: FormChangeResponse.self).form
  }

  /// Changes whether a field is required, and its choices.
  ///
  /// - Throws: ``MusterClientError`` with `notFound`, `invalidArgument`, or `failedPrecondition` if
  ///   members have what it would no longer take, saying how many.
  public func updateFormField(_ request: UpdateFormFieldRequest) async throws -> Form {
    try await call(WorkspaceMethods.updateFormField, request, as: FormChangeResponse.self).form
  }

  /// Gives a field another slug, in all members that have a value of it.
  ///
  /// - Throws: As ``renameLabel(_:)``.
  public func renameFormField(_ request: RenameFormFieldRequest) async throws -> FormChangeResponse
  {
    try await call(WorkspaceMethods.renameFormField, request)
  }

  /// Deletes a field that no member has a value of.
  ///
  /// - Throws: ``MusterClientError`` with `notFound`, or `failedPrecondition`, saying how many have
  ///   one, or for the only field of a form.
  public func deleteFormField(_ request: DeleteFormFieldRequest) async throws -> Form {
    try await call(WorkspaceMethods.deleteFormField, request, as: FormChangeResponse.self).form
  }

  /// All roles of a workspace, with how many members have each.
  ///
  /// - Complexity: O(members).
  public func countRoles(workspace: String) async throws -> ListRolesResponse {
    try await call(
      WorkspaceMethods.listRoles, ListRolesRequest(workspace: workspace, withCounts: true))
  }

  /// All labels of a workspace, with how many members carry each.
  ///
  /// - Complexity: O(members).
  public func countLabels(workspace: String) async throws -> ListLabelsResponse {
    try await call(
      WorkspaceMethods.listLabels, ListLabelsRequest(workspace: workspace, withCounts: true))
  }
}
