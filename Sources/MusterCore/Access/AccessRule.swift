/// One rule of the policy: whom it is about, and what they may do where.
public struct AccessRule: Sendable, Equatable {
  /// Whom a rule is about.
  public enum Subject: Sendable, Equatable {
    case user(UInt32)
    /// Whoever is in the group, be it as a supplementary one.
    case group(UInt32)
  }

  /// Where a rule holds.
  public enum Workspaces: Sendable, Equatable {
    /// In every workspace, also one that is made later.
    case all
    /// In those of these names, also while there is none of a name.
    case named(Set<String>)

    func contains(_ name: String) -> Bool {
      switch self {
      case .all: true
      case .named(let names): names.contains(name)
      }
    }
  }

  /// Whom it is about.
  public var subject: Subject
  /// Where it holds.
  public var workspaces: Workspaces
  /// What it allows; each scope with those that it implies.
  public var scopes: Set<AccessScope>

  /// A rule as the policy means it.
  public init(_ subject: Subject, on workspaces: Workspaces, scopes: Set<AccessScope>) {
    self.subject = subject
    self.workspaces = workspaces
    self.scopes = scopes
  }

  /// Whether the rule is about a caller. No rule is about nobody.
  func isAbout(_ caller: AccessCaller) -> Bool {
    guard caller.user != AccessCaller.nobody else { return false }
    return switch subject {
    case .user(let user): user == caller.user
    case .group(let group): group != AccessCaller.nobody && caller.groups.contains(group)
    }
  }
}
