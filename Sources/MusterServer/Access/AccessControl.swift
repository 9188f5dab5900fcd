internal import Logging
internal import MusterCore
internal import Synchronization

/// The policy in force, and the peers that it is asked about.
final class AccessControl: Sendable {
  let peers = Peers()
  private let logger: Logger
  private let inForce: Mutex<AccessPolicy>
  /// Refusals that are logged in a second.
  private static let linesPerSecondMax = 10
  private let pace = Mutex(LogPace(linesMax: linesPerSecondMax, in: .seconds(1)))

  init(policy: AccessPolicy, logger: Logger) {
    inForce = Mutex(policy)
    self.logger = logger
  }

  var policy: AccessPolicy { inForce.withLock { $0 } }

  /// Puts another policy in force, for every call that is decided from now on.
  func replacePolicy(with policy: AccessPolicy) { inForce.withLock { $0 = policy } }

  /// Logs that somebody was refused: who, at what and why; nothing of what they sent.
  ///
  /// Whoever may reach the socket can be refused as often as they like, so lines are bounded.
  func logRefusal(_ peer: Peer, _ what: String, _ facts: Logger.Metadata) {
    let turn = pace.withLock { $0.next(at: .now) }
    guard case .log(let leftOutCount) = turn else { return }
    var metadata = facts
    metadata["peer_uid"] = "\(peer.caller.user)"
    metadata["peer_pid"] = "\(peer.processID)"
    if leftOutCount > 0 { metadata["refusals_left_out"] = "\(leftOutCount)" }
    logger.warning("refused \(what)", metadata: metadata)
  }
}
