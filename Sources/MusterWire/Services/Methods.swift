public import GRPCCore

/// The methods of `muster.v1.ImportService`.
public enum ImportMethods {
  public static let service = ServiceDescriptor(fullyQualifiedService: "muster.v1.ImportService")
  public static let importMembers = MethodDescriptor(service: service, method: "ImportMembers")
  public static let getImport = MethodDescriptor(service: service, method: "GetImport")
}

/// The methods of `muster.v1.MemberService`.
public enum MemberMethods {
  public static let service = ServiceDescriptor(fullyQualifiedService: "muster.v1.MemberService")
  public static let exportMembers = MethodDescriptor(service: service, method: "ExportMembers")
}

/// The methods of `muster.v1.WorkspaceService`.
public enum WorkspaceMethods {
  public static let service = ServiceDescriptor(fullyQualifiedService: "muster.v1.WorkspaceService")
  public static let createWorkspace = MethodDescriptor(service: service, method: "CreateWorkspace")
  public static let listWorkspaces = MethodDescriptor(service: service, method: "ListWorkspaces")
  public static let createRole = MethodDescriptor(service: service, method: "CreateRole")
  public static let listRoles = MethodDescriptor(service: service, method: "ListRoles")
  public static let createLabels = MethodDescriptor(service: service, method: "CreateLabels")
  public static let listLabels = MethodDescriptor(service: service, method: "ListLabels")
  public static let createForm = MethodDescriptor(service: service, method: "CreateForm")
  public static let listForms = MethodDescriptor(service: service, method: "ListForms")
}

/// The methods of `grpc.health.v1.Health`.
public enum HealthMethods {
  public static let service = ServiceDescriptor(fullyQualifiedService: "grpc.health.v1.Health")
  public static let check = MethodDescriptor(service: service, method: "Check")
  public static let watch = MethodDescriptor(service: service, method: "Watch")
}

/// Every service that a daemon has.
public enum MusterServices {
  public static let all: [ServiceDescriptor] = [
    ImportMethods.service, MemberMethods.service, WorkspaceMethods.service, HealthMethods.service,
  ]
}
