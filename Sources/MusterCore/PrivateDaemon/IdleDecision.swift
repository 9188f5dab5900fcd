/// What a daemon that leaves when it is idle sees, and what it does next.
///
/// It leaves only when no connection is open, and only with the use lock exclusively, which no
/// command holds then: see ``StartDecision``. Having the lock it looks a second time, for those who
/// connect without any lock.
package struct IdleDecision: Equatable, Sendable {
  /// What to do next.
  package enum Step: Equatable, Sendable {
    /// Look again then, or when something changed.
    case wait(Duration)
    /// Take the use lock if nobody holds it, and look again.
    case takeUseLock
    /// Give the use lock back, and look again after the shortest wait.
    case giveBack
    /// Stop and exit.
    case leave
  }

  /// The longest wait: how long a daemon whose socket was taken away stays at most.
  package static let waitMax: Duration = .seconds(2)
  /// The shortest wait, so that a limit of 0 does not make the daemon spin.
  package static let waitMin: Duration = .milliseconds(20)

  /// How long to wait when somebody holds the use lock: a second, less if the limit is.
  package var pauseAfterRefusal: Duration { min(max(limit, Self.waitMin), .seconds(1)) }

  /// How long no connection may be open before the daemon leaves.
  package var limit: Duration
  /// How long no connection has been open; nil while one is.
  package var idle: Duration?
  /// Whether its socket is where it was made; if not, nobody can come any more.
  package var isReachable: Bool
  /// Whether it holds the use lock.
  package var holdsUseLock: Bool

  /// Makes a decision's ground.
  package init(limit: Duration, idle: Duration?, isReachable: Bool, holdsUseLock: Bool) {
    self.limit = limit
    self.idle = idle
    self.isReachable = isReachable
    self.holdsUseLock = holdsUseLock
  }

  /// What to do.
  package var step: Step {
    guard let idle, idle >= limit || !isReachable else {
      if holdsUseLock { return .giveBack }
      // While a connection is open, the whole limit is still to come.
      return .wait(min(max(limit - (idle ?? .zero), Self.waitMin), Self.waitMax))
    }
    // Nobody can be let down by a daemon that nobody reaches.
    return holdsUseLock || !isReachable ? .leave : .takeUseLock
  }
}
