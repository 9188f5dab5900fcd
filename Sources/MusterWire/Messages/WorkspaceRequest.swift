/// A request that says which workspaces it is about, as the policy of access has to know.
public protocol WorkspaceRequest: WireMessage {
  /// The names as they were sent; an empty one means "default".
  var workspaceNames: [String] { get }
}

/// A request with one field `workspace`.
public protocol OneWorkspaceRequest: WorkspaceRequest {
  /// The workspace's name; empty means "default".
  var workspace: String { get }
}

extension OneWorkspaceRequest {
  /// The one workspace.
  public var workspaceNames: [String] { [workspace] }
}

extension CheckWorkspaceRequest: OneWorkspaceRequest {}
extension CreateFormRequest: OneWorkspaceRequest {}
extension CreateLabelsRequest: OneWorkspaceRequest {}
extension CreateRoleRequest: OneWorkspaceRequest {}
extension CreateSignupRequest: OneWorkspaceRequest {}
extension DeleteEntryRequest: OneWorkspaceRequest {}
extension ExportMembersRequest: OneWorkspaceRequest {}
extension FormFieldRequest: OneWorkspaceRequest {}
extension FormFieldNameRequest: OneWorkspaceRequest {}
extension GetImportRequest: OneWorkspaceRequest {}
extension GetMemberRequest: OneWorkspaceRequest {}
extension ListFormsRequest: OneWorkspaceRequest {}
extension ListImportsRequest: OneWorkspaceRequest {}
extension ListLabelsRequest: OneWorkspaceRequest {}
extension ListMembersRequest: OneWorkspaceRequest {}
extension ListRolesRequest: OneWorkspaceRequest {}
extension RenameEntryRequest: OneWorkspaceRequest {}

extension CreateWorkspaceRequest: WorkspaceRequest {
  public var workspaceNames: [String] { [name] }
}

extension DeleteWorkspaceRequest: WorkspaceRequest {
  public var workspaceNames: [String] { [name] }
}

extension RenameWorkspaceRequest: WorkspaceRequest {
  /// The new name too: whether it is taken is not everybody's to know.
  public var workspaceNames: [String] { [name, newName] }
}

extension ListWorkspacesRequest: WorkspaceRequest {
  /// None: the answer leaves out what the caller may not see.
  public var workspaceNames: [String] { [] }
}

extension HealthCheckRequest: WorkspaceRequest {
  /// None: health is the daemon's.
  public var workspaceNames: [String] { [] }
}

extension ReflectionRequest: WorkspaceRequest {
  /// None: definitions are the daemon's.
  public var workspaceNames: [String] { [] }
}
