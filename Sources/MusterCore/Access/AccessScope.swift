/// What a rule of the policy lets its callers do; the raw value is its name in the configuration.
///
/// Source: Design, "Access".
public enum AccessScope: String, Sendable, CaseIterable {
  /// See members, imports and their faults.
  case readMembers = "members:read"
  /// Make and change members: all that an undo can take back.
  case writeMembers = "members:write"
  /// Take members away.
  case administerMembers = "members:admin"
  /// See roles, labels and forms, and check the store.
  case readWorkspace = "workspace:read"
  /// Make roles, labels and forms, and add to them.
  case writeWorkspace = "workspace:write"
  /// Rename and delete them, and make, rename and delete the workspace itself.
  case administerWorkspace = "workspace:admin"

  private enum Area { case members, workspace }

  private var area: Area {
    switch self {
    case .readMembers, .writeMembers, .administerMembers: .members
    case .readWorkspace, .writeWorkspace, .administerWorkspace: .workspace
    }
  }

  private var level: Int {
    switch self {
    case .readMembers, .readWorkspace: 0
    case .writeMembers, .writeWorkspace: 1
    case .administerMembers, .administerWorkspace: 2
    }
  }

  /// Whether who has this scope has the other one too: admin implies write, write implies read.
  public func implies(_ other: AccessScope) -> Bool {
    area == other.area && level >= other.level
  }
}
