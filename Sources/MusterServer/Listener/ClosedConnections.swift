internal import Logging
internal import MusterCore
internal import Synchronization

/// Logs which connections were closed because of what their clients did, or did not do.
///
/// A client can be closed as often as it connects, so the lines of a user are bounded; those of one
/// user leave none of another out.
final class ClosedConnections: Sendable {
  /// Lines of one user in a minute.
  static let linesPerMinuteMax = 20
  /// Users that are told apart; of further ones the lines are bounded together.
  private static let usersMax = 100

  private let logger: Logger
  private let paces = Mutex<[UInt32: LogPace]>([:])

  init(logger: Logger) { self.logger = logger }

  /// Logs that a connection is closed.
  ///
  /// - Parameter reason: What its client did, as a clause that begins with "it"; never a byte of
  ///   what was sent.
  func log(_ peer: Peer, _ reason: String) {
    let turn = paces.withLock { paces -> LogPace.Turn in
      let user = peer.caller.user
      let isKnown = paces[user] != nil || paces.count < Self.usersMax
      let key = isKnown ? user : AccessCaller.nobody
      return paces[key, default: LogPace(linesMax: Self.linesPerMinuteMax, in: .seconds(60))]
        .next(at: .now)
    }
    guard case .log(let leftOutCount) = turn else { return }
    var metadata: Logger.Metadata = [
      "peer_uid": "\(peer.caller.user)", "peer_pid": "\(peer.processID)", "reason": "\(reason)",
    ]
    if leftOutCount > 0 { metadata["lines_left_out"] = "\(leftOutCount)" }
    logger.warning("closed a connection", metadata: metadata)
  }
}

/// Where the handlers of one connection say why they close it.
struct CloseLog: Sendable {
  let connections: ClosedConnections
  let peer: Peer

  /// Logs that the connection is closed; see ``ClosedConnections/log(_:_:)``.
  func log(_ reason: String) { connections.log(peer, reason) }
}
