/// What a command does when its import ends before its time: begin again after a pause, or give up.
///
/// It tries again only where the import goes on by itself once the daemon is back, and for as long
/// as nothing more of it has become durable; an import that moves between two breaks may have as
/// many of them as it likes.
package struct ReconnectDecision: Equatable, Sendable {
  /// Why the import ended.
  package enum Failure: Equatable, Sendable, CaseIterable {
    /// The connection broke, the daemon stops, or none listens.
    case unavailable
    /// The daemon has not noticed yet that the import's earlier stream is gone.
    case runningElsewhere
    /// The daemon serves as many calls or connections as it may, or as this user may have.
    case full
    /// Anything else: it would only happen again.
    case other
  }

  /// What to do.
  package enum Step: Equatable, Sendable {
    /// Begin again after this pause.
    case retry(after: Duration)
    /// Say why, and how to go on.
    case giveUp
  }

  /// The first pause: a daemon that is restarted serves within a tenth of a second.
  package static let pauseMin: Duration = .milliseconds(50)
  /// The longest pause: whoever waits for the daemon sees it soon after it is back.
  package static let pauseMax: Duration = .seconds(2)

  /// Why the import ended.
  package var failure: Failure
  /// Whether the daemon has accepted the import since the command began.
  ///
  /// Before that, a daemon that does not answer is most likely the wrong one, or none.
  package var wasAccepted: Bool
  /// How often it was tried in vain since more of the import became durable, from 0.
  package var attempt: Int
  /// How long ago the first of these was.
  package var elapsed: Duration
  /// How long to try; 0 never does.
  package var limit: Duration

  /// Makes a decision's ground.
  package init(
    failure: Failure, wasAccepted: Bool, attempt: Int, elapsed: Duration, limit: Duration
  ) {
    self.failure = failure
    self.wasAccepted = wasAccepted
    self.attempt = attempt
    self.elapsed = elapsed
    self.limit = limit
  }

  /// What to do.
  ///
  /// - Parameter jitter: A random number from 0 to 1: many commands that lost the same daemon must
  ///   not all come back at once.
  package func step(jitter: Double) -> Step {
    switch failure {
    case .other: return .giveUp
    case .unavailable where !wasAccepted: return .giveUp
    case .unavailable, .runningElsewhere, .full: break
    }
    guard elapsed < limit else { return .giveUp }
    let doubled = Self.pauseMin * (1 << min(max(attempt, 0), 10))
    let pause = min(doubled, Self.pauseMax) * (0.5 + min(max(jitter, 0), 1) / 2)
    // The last attempt comes when the time is over, not after it.
    return .retry(after: min(pause, limit - elapsed))
  }
}
