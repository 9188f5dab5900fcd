internal import MusterWire

extension MusterClient {
  /// Makes a workspace with the roles "manager" and "user".
  ///
  /// - Throws: ``MusterClientError`` with `alreadyExists` or `invalidArgument`.
  public func createWorkspace(_ request: CreateWorkspaceRequest) async throws -> WorkspaceEntry {
    try await call(
      WorkspaceMethods.createWorkspace, request, as: CreateWorkspaceResponse.self
    ).workspace
  }

  /// All workspaces, by name.
  public func listWorkspaces() async throws -> [WorkspaceEntry] {
    try await call(
      WorkspaceMethods.listWorkspaces, ListWorkspacesRequest(), as: ListWorkspacesResponse.self
    ).workspaces
  }

  /// Makes a role.
  ///
  /// - Throws: ``MusterClientError`` with `alreadyExists`, `invalidArgument` or `notFound`.
  public func createRole(_ request: CreateRoleRequest) async throws -> Role {
    try await call(WorkspaceMethods.createRole, request, as: CreateRoleResponse.self).role
  }

  /// All roles of a workspace, in the order they were made.
  public func listRoles(_ request: ListRolesRequest) async throws -> [Role] {
    try await call(WorkspaceMethods.listRoles, request, as: ListRolesResponse.self).roles
  }

  /// Makes labels; those that exist stay.
  public func createLabels(_ request: CreateLabelsRequest) async throws -> CreateLabelsResponse {
    try await call(WorkspaceMethods.createLabels, request)
  }

  /// All labels of a workspace, by slug.
  public func listLabels(_ request: ListLabelsRequest) async throws -> [String] {
    try await call(WorkspaceMethods.listLabels, request, as: ListLabelsResponse.self).slugs
  }

  /// Makes a form with its fields.
  ///
  /// - Throws: ``MusterClientError`` with `alreadyExists`, `invalidArgument` or `notFound`.
  public func createForm(_ request: CreateFormRequest) async throws -> Form {
    try await call(WorkspaceMethods.createForm, request, as: CreateFormResponse.self).form
  }

  /// All forms of a workspace, in the order they were made.
  public func listForms(_ request: ListFormsRequest) async throws -> [Form] {
    try await call(WorkspaceMethods.listForms, request, as: ListFormsResponse.self).forms
  }

  /// What the ledger knows of one import.
  ///
  /// - Throws: ``MusterClientError`` with `notFound`.
  public func getImport(_ request: GetImportRequest) async throws -> ImportRecord {
    try await call(ImportMethods.getImport, request, as: GetImportResponse.self).record
  }

  /// How the daemon, or one of its services, is.
  ///
  /// - Parameter service: The service's full name; empty means the whole daemon.
  /// - Throws: ``MusterClientError`` with `notFound` for a service that it does not have.
  public func health(service: String = "") async throws -> HealthCheckResponse.ServingStatus {
    try await call(
      HealthMethods.check, HealthCheckRequest(service: service), as: HealthCheckResponse.self,
      timeout: ClientBounds.healthTimeout
    ).status
  }
}
