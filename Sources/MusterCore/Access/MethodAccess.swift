/// What a caller needs to call a method.
public enum MethodAccess: Sendable, Equatable {
  /// Nothing, not even a rule of the policy; the call is about no workspace and tells of none.
  case everybody
  /// To be known to the policy, no more; the call is about no workspace.
  case anyCaller
  /// The same; the answer is only of workspaces on which the caller has a scope.
  case ownWorkspaces
  /// All of these scopes, on each workspace that the request names.
  case scopes([AccessScope])
  /// A scope on the workspace of the import, and another one if it is only a preview.
  case importing(AccessScope, preview: AccessScope)

  /// The scopes that are needed on a workspace.
  public func scopes(isPreview: Bool = false) -> [AccessScope] {
    switch self {
    case .everybody, .anyCaller, .ownWorkspaces: []
    case .scopes(let scopes): scopes
    case .importing(let scope, let preview): [isPreview ? preview : scope]
    }
  }
}

extension MethodAccess {
  /// What each method needs, by its full name; a method that is not here serves nobody.
  ///
  /// Reading changes nothing and tells of members. Writing is what an undo can take back, or adds
  /// to the catalogue. What takes something away, or a name that others rely on, is for admins.
  /// A preview changes nothing and tells what an export tells, so that readers may have it. A
  /// backup has all members in it, and who deletes a workspace deletes its members.
  public static let table: [String: MethodAccess] = [
    "muster.v1.ImportService/ImportMembers": .importing(.writeMembers, preview: .readMembers),
    "muster.v1.ImportService/GetImport": .scopes([.readMembers]),
    "muster.v1.ImportService/ListImports": .scopes([.readMembers]),
    "muster.v1.ImportService/WatchImport": .scopes([.readMembers]),
    "muster.v1.ImportService/CancelImport": .scopes([.writeMembers]),
    "muster.v1.ImportService/ListFaults": .scopes([.readMembers]),
    "muster.v1.ImportService/UndoImport": .scopes([.administerMembers]),

    "muster.v1.MemberService/GetMember": .scopes([.readMembers]),
    "muster.v1.MemberService/ListMembers": .scopes([.readMembers]),
    "muster.v1.MemberService/ExportMembers": .scopes([.readMembers]),
    "muster.v1.MemberService/CreateSignup": .scopes([.writeMembers]),
    "muster.v1.MemberService/DeleteMember": .scopes([.administerMembers]),

    "muster.v1.WorkspaceService/ListWorkspaces": .ownWorkspaces,
    "muster.v1.WorkspaceService/CreateWorkspace": .scopes([.administerWorkspace]),
    "muster.v1.WorkspaceService/RenameWorkspace": .scopes([.administerWorkspace]),
    "muster.v1.WorkspaceService/DeleteWorkspace": .scopes([
      .administerWorkspace, .administerMembers,
    ]),
    "muster.v1.WorkspaceService/ListRoles": .scopes([.readWorkspace]),
    "muster.v1.WorkspaceService/CreateRole": .scopes([.writeWorkspace]),
    "muster.v1.WorkspaceService/RenameRole": .scopes([.administerWorkspace]),
    "muster.v1.WorkspaceService/DeleteRole": .scopes([.administerWorkspace]),
    "muster.v1.WorkspaceService/ListLabels": .scopes([.readWorkspace]),
    "muster.v1.WorkspaceService/CreateLabels": .scopes([.writeWorkspace]),
    "muster.v1.WorkspaceService/RenameLabel": .scopes([.administerWorkspace]),
    "muster.v1.WorkspaceService/DeleteLabel": .scopes([.administerWorkspace]),
    "muster.v1.WorkspaceService/ListForms": .scopes([.readWorkspace]),
    "muster.v1.WorkspaceService/CreateForm": .scopes([.writeWorkspace]),
    "muster.v1.WorkspaceService/RenameForm": .scopes([.administerWorkspace]),
    "muster.v1.WorkspaceService/DeleteForm": .scopes([.administerWorkspace]),
    "muster.v1.WorkspaceService/AddFormField": .scopes([.writeWorkspace]),
    "muster.v1.WorkspaceService/UpdateFormField": .scopes([.writeWorkspace]),
    "muster.v1.WorkspaceService/RenameFormField": .scopes([.administerWorkspace]),
    "muster.v1.WorkspaceService/DeleteFormField": .scopes([.administerWorkspace]),

    "muster.v1.MaintenanceService/CheckWorkspace": .scopes([.readWorkspace]),
    "muster.v1.MaintenanceService/BackUpWorkspace": .scopes([.administerWorkspace, .readMembers]),

    // A probe runs as some user, whom nobody writes a rule for.
    "grpc.health.v1.Health/Check": .everybody,
    "grpc.health.v1.Health/Watch": .everybody,
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo": .anyCaller,
    "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": .anyCaller,
  ]
}
