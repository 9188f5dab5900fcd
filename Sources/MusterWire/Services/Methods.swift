public import GRPCCore

/// The methods of `muster.v1.ImportService`.
public enum ImportMethods {
  /// The service that they belong to.
  public static let service = ServiceDescriptor(fullyQualifiedService: "muster.v1.ImportService")
  /// One import, from begin to summary; both sides stream.
  public static let importMembers = MethodDescriptor(service: service, method: "ImportMembers")
  /// What the ledger knows of one import.
  public static let getImport = MethodDescriptor(service: service, method: "GetImport")
  /// Imports of a workspace, the newest first, in pages.
  public static let listImports = MethodDescriptor(service: service, method: "ListImports")
  /// How an import stands until it is over; the daemon streams.
  public static let watchImport = MethodDescriptor(service: service, method: "WatchImport")
  /// Ends an import that is open or running.
  public static let cancelImport = MethodDescriptor(service: service, method: "CancelImport")
  /// The faults that the ledger has of an import; the daemon streams.
  public static let listFaults = MethodDescriptor(service: service, method: "ListFaults")
  /// Takes back what an import did; the daemon streams.
  public static let undoImport = MethodDescriptor(service: service, method: "UndoImport")
}

/// The methods of `muster.v1.MemberService`.
public enum MemberMethods {
  /// The service that they belong to.
  public static let service = ServiceDescriptor(fullyQualifiedService: "muster.v1.MemberService")
  /// All members, in the order they were made; the daemon streams.
  public static let exportMembers = MethodDescriptor(service: service, method: "ExportMembers")
  /// One member, by its number or one of its identifiers.
  public static let getMember = MethodDescriptor(service: service, method: "GetMember")
  /// Members in the order of their numbers, in pages.
  public static let listMembers = MethodDescriptor(service: service, method: "ListMembers")
  /// Creates or updates one member.
  public static let createSignup = MethodDescriptor(service: service, method: "CreateSignup")
  /// Deletes one member.
  public static let deleteMember = MethodDescriptor(service: service, method: "DeleteMember")
}

/// The methods of `muster.v1.WorkspaceService`.
public enum WorkspaceMethods {
  /// The service that they belong to.
  public static let service = ServiceDescriptor(fullyQualifiedService: "muster.v1.WorkspaceService")
  /// Makes a workspace and its file.
  public static let createWorkspace = MethodDescriptor(service: service, method: "CreateWorkspace")
  /// All workspaces, by name.
  public static let listWorkspaces = MethodDescriptor(service: service, method: "ListWorkspaces")
  /// Makes a role.
  public static let createRole = MethodDescriptor(service: service, method: "CreateRole")
  /// All roles, in the order they were made.
  public static let listRoles = MethodDescriptor(service: service, method: "ListRoles")
  /// Makes labels; those that exist stay.
  public static let createLabels = MethodDescriptor(service: service, method: "CreateLabels")
  /// All labels, by slug.
  public static let listLabels = MethodDescriptor(service: service, method: "ListLabels")
  /// Makes a form with its fields.
  public static let createForm = MethodDescriptor(service: service, method: "CreateForm")
  /// All forms, in the order they were made.
  public static let listForms = MethodDescriptor(service: service, method: "ListForms")
  /// Gives a workspace another name.
  public static let renameWorkspace = MethodDescriptor(service: service, method: "RenameWorkspace")
  /// Deletes a workspace and its file.
  public static let deleteWorkspace = MethodDescriptor(service: service, method: "DeleteWorkspace")
  /// Gives a role another slug.
  public static let renameRole = MethodDescriptor(service: service, method: "RenameRole")
  /// Deletes a role that no member has.
  public static let deleteRole = MethodDescriptor(service: service, method: "DeleteRole")
  /// Gives a label another slug, in its members too.
  public static let renameLabel = MethodDescriptor(service: service, method: "RenameLabel")
  /// Deletes a label that no member carries.
  public static let deleteLabel = MethodDescriptor(service: service, method: "DeleteLabel")
  /// Gives a form another slug, in its members too.
  public static let renameForm = MethodDescriptor(service: service, method: "RenameForm")
  /// Deletes a form that no member has values of.
  public static let deleteForm = MethodDescriptor(service: service, method: "DeleteForm")
  /// Adds a field to a form.
  public static let addFormField = MethodDescriptor(service: service, method: "AddFormField")
  /// Changes whether a field is required, and its choices.
  public static let updateFormField = MethodDescriptor(service: service, method: "UpdateFormField")
  /// Gives a field another slug, in its members too.
  public static let renameFormField = MethodDescriptor(service: service, method: "RenameFormField")
  /// Deletes a field that no member has a value of.
  public static let deleteFormField = MethodDescriptor(service: service, method: "DeleteFormField")
}

/// The methods of `muster.v1.MaintenanceService`.
public enum MaintenanceMethods {
  /// The service that they belong to.
  public static let service = ServiceDescriptor(
    fullyQualifiedService: "muster.v1.MaintenanceService")
  /// Verifies a workspace's store; the daemon streams.
  public static let checkWorkspace = MethodDescriptor(service: service, method: "CheckWorkspace")
  /// Copies a workspace's store; the daemon streams.
  public static let backUpWorkspace = MethodDescriptor(service: service, method: "BackUpWorkspace")
}

/// The methods of `grpc.health.v1.Health`.
public enum HealthMethods {
  /// The service that they belong to.
  public static let service = ServiceDescriptor(fullyQualifiedService: "grpc.health.v1.Health")
  /// The health of a service now.
  public static let check = MethodDescriptor(service: service, method: "Check")
  /// The health of a service, streamed; it changes only when the daemon stops.
  public static let watch = MethodDescriptor(service: service, method: "Watch")
}

/// The methods of `grpc.reflection.v1.ServerReflection` and its older name.
public enum ReflectionMethods {
  /// The service that they belong to.
  public static let service = ServiceDescriptor(
    fullyQualifiedService: "grpc.reflection.v1.ServerReflection")
  /// The same service under its older name.
  public static let alphaService = ServiceDescriptor(
    fullyQualifiedService: "grpc.reflection.v1alpha.ServerReflection")
  /// What the daemon serves; both sides stream.
  public static let info = MethodDescriptor(service: service, method: "ServerReflectionInfo")
  /// The same under its older name.
  public static let infoAlpha = MethodDescriptor(
    service: alphaService, method: "ServerReflectionInfo")
}

/// Every service that a daemon has.
public enum MusterServices {
  /// Those of Muster, health and reflection: the only names that a health check knows.
  public static let all: [ServiceDescriptor] = [
    ImportMethods.service, MemberMethods.service, WorkspaceMethods.service,
    MaintenanceMethods.service, HealthMethods.service,
    ReflectionMethods.service, ReflectionMethods.alphaService,
  ]
}
