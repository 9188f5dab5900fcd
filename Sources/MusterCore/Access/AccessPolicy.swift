/// Who may do what: the daemon's own user and root everything, others what the rules say.
///
/// Pure: it decides by what it is given, and reads nothing.
public struct AccessPolicy: Sendable, Equatable {
  /// The daemon's own user.
  public var owner: UInt32
  /// The rules; what any of them allows is allowed. None: nobody else gets in.
  public var rules: [AccessRule]

  /// A policy; without rules that of a daemon which has none.
  public init(owner: UInt32, rules: [AccessRule] = []) {
    self.owner = owner
    self.rules = rules
  }

  /// Whether a caller may do everything, whatever the rules say.
  ///
  /// The daemon's user can read and write the files, and root can be any user: a rule that took
  /// something from them would only seem to.
  public func isUnbound(_ caller: AccessCaller) -> Bool {
    caller.user == 0 || caller.user == owner
  }

  /// Whether a caller may do anything at all.
  public func knows(_ caller: AccessCaller) -> Bool {
    isUnbound(caller) || rules.contains { $0.isAbout(caller) }
  }

  /// Whether a caller has a scope on a workspace, there or not.
  public func allows(
    _ scope: AccessScope, on workspace: String, to caller: AccessCaller
  ) -> Bool {
    isUnbound(caller)
      || rules.contains { rule in
        rule.workspaces.contains(workspace) && rule.scopes.contains { $0.implies(scope) }
          && rule.isAbout(caller)
      }
  }

  /// Whether a caller may know that a workspace is there: whoever has any scope on it.
  public func shows(_ workspace: String, to caller: AccessCaller) -> Bool {
    isUnbound(caller)
      || rules.contains { rule in
        rule.workspaces.contains(workspace) && !rule.scopes.isEmpty && rule.isAbout(caller)
      }
  }

  /// Decides a call.
  ///
  /// - Parameters:
  ///   - access: What its method needs.
  ///   - workspaces: Those that it is about, by name.
  public func decide(
    _ access: MethodAccess, on workspaces: [String], isPreview: Bool = false,
    for caller: AccessCaller
  ) -> AccessDecision {
    if access == .everybody { return .allowed }
    guard knows(caller) else { return .unknownCaller }
    for workspace in workspaces {
      for scope in access.scopes(isPreview: isPreview)
      where !allows(scope, on: workspace, to: caller) {
        return .missing(scope, workspace: workspace)
      }
    }
    return .allowed
  }
}

/// What the policy says to a call.
public enum AccessDecision: Sendable, Equatable {
  case allowed
  /// No rule is about the caller.
  case unknownCaller
  /// The caller lacks a scope on a workspace, there or not.
  case missing(AccessScope, workspace: String)
}
