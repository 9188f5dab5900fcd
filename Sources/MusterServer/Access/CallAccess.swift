internal import GRPCCore
internal import Logging
internal import MusterCore
internal import MusterFaults

/// Who makes a call, and what they may do in it.
///
/// The policy is asked when the call says what it is about; a call that was allowed goes on when
/// the policy changes.
struct CallAccess: ServerContext.TransportSpecific {
  let peer: Peer
  /// The method's full name.
  let method: String
  private let control: AccessControl
  /// What the call holds of the daemon's memory.
  let memory: CallMemory

  init(peer: Peer, method: String, control: AccessControl, memory: CallMemory) {
    self.peer = peer
    self.method = method
    self.control = control
    self.memory = memory
  }

  /// That of a call.
  ///
  /// - Throws: `internalError` for a call that nobody has looked at: it is not served.
  init(_ context: ServerContext) throws(StoreError) {
    guard let access = context.transportSpecific as? CallAccess else {
      throw StoreError(.internalError, "The call does not say who makes it.")
    }
    self = access
  }

  /// Whether the caller may know that a workspace is there.
  func shows(_ workspace: String) -> Bool {
    Mutant.ignoresPolicy.isOn || control.policy.shows(workspace, to: peer.caller)
  }

  /// Makes sure that some rule is about the caller, unless the method serves everybody.
  ///
  /// - Throws: `noAccess`.
  func requireRule() throws(StoreError) {
    try require(MethodAccess.table[method] == .everybody ? .everybody : .anyCaller, [])
  }

  /// Makes sure that the caller may make the call about these workspaces, there or not.
  ///
  /// - Parameter names: As they were sent; none for a call that is about none.
  /// - Throws: `noAccess`, `scopeMissing`.
  func require(on names: [String], isPreview: Bool = false) throws(StoreError) {
    guard let access = MethodAccess.table[method],
      names.isEmpty == access.scopes(isPreview: isPreview).isEmpty
    else { throw StoreError(.internalError, "Nobody has said who may call \(method).") }
    try require(access, names.map(WorkspaceName.resolve), isPreview)
  }

  private func require(
    _ access: MethodAccess, _ workspaces: [String], _ isPreview: Bool = false
  ) throws(StoreError) {
    let decision = control.policy.decide(
      access, on: workspaces, isPreview: isPreview, for: peer.caller)
    if decision == .allowed || Mutant.ignoresPolicy.isOn { return }
    let error = StoreError(decision, caller: peer.caller)
    var facts: Logger.Metadata = ["method": "\(method)", "reason": "\(error.reason.rawValue)"]
    facts["scope"] = error.facts[.scope].map { "\($0)" }
    facts["workspace"] = error.facts[.workspace].map { "\($0)" }
    control.logRefusal(peer, "a call", facts)
    throw error
  }
}

extension StoreError {
  /// What a caller is told whom the policy refuses; nothing of whether a workspace is there.
  init(_ decision: AccessDecision, caller: AccessCaller) {
    switch decision {
    case .allowed:
      self.init(.internalError, "The call was refused, and is allowed.")
    case .unknownCaller:
      self.init(
        reason: .noAccess,
        "No rule of the daemon's policy is about your user (uid \(caller.user)); ask its"
          + " administrator for one (access.policy).")
    case .missing(let scope, let workspace):
      // What is no name is not repeated: it may be anything.
      let isName = SlugRule.accepts(workspace)
      let place = isName ? "the workspace \(workspace)" : "a workspace of that name"
      self.init(
        reason: .scopeMissing,
        "Your user (uid \(caller.user)) does not have the scope \(scope.rawValue) on \(place); ask"
          + " the daemon's administrator for it (access.policy).",
        isName
          ? [.scope: scope.rawValue, .workspace: workspace] : [.scope: scope.rawValue])
    }
  }
}
