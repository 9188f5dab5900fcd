/// A rule as the configuration spells it, which may be wrong in every part.
public struct AccessRuleText: Sendable, Equatable {
  /// A user or a group.
  public enum Account: Sendable, Equatable {
    case name(String)
    case number(Int64)
  }

  /// The user that it is about, if it names one.
  public var user: Account?
  /// The group that it is about, if it names one.
  public var group: Account?
  /// Names of workspaces, or a star.
  public var workspaces: [String]
  /// Names of scopes.
  public var scopes: [String]

  /// A rule with what the configuration has of it.
  public init(
    user: Account? = nil, group: Account? = nil, workspaces: [String], scopes: [String]
  ) {
    self.user = user
    self.group = group
    self.workspaces = workspaces
    self.scopes = scopes
  }
}
