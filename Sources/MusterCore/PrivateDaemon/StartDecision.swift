/// What a command sees of a private daemon, and what it does next.
///
/// What must be true, whatever runs at the same time:
/// 1. A command holds the use lock, shared, from before it looks for the daemon until it is done.
///    The daemon leaves only with that lock exclusively, and keeps it until its process is gone. So
///    a daemon that was seen to serve goes on serving, and a lock that was had means that none is
///    leaving.
/// 2. Only the holder of the start lock starts a daemon, and looks once more before it does. So two
///    commands never start two.
/// 3. While another process owns the data directory none is started: it ends soon (SIGTERM), or it
///    will serve (started by a command that was killed meanwhile), or its user must stop it.
/// 4. Every wait has a bound.
package struct StartDecision: Equatable, Sendable {
  /// The daemon that this command has started.
  package enum Started: Equatable, Sendable {
    case none, running, ended
  }

  /// What to do next.
  package enum Step: Equatable, Sendable {
    /// The daemon serves: go ahead.
    case use
    /// Take the start lock, as soon as it can be had.
    case takeStartLock
    /// Start the daemon.
    case start
    /// Look again in a moment.
    case wait
    /// It does not come to be.
    case fail(Failure)
  }

  /// Why there is no daemon.
  package enum Failure: Equatable, Sendable {
    /// Another command has been starting one for too long.
    case startedElsewhere
    /// Another daemon owns the data directory, and does not serve this user's commands.
    case dataTaken
    /// The one started does not serve in time.
    case slow
    /// The one started has ended.
    case ended
  }

  /// Whether a daemon of this data directory serves.
  package var serves: Bool
  /// Whether this command holds the start lock.
  package var holdsStartLock: Bool
  /// Whether another process owns the data directory; looked at only by who holds the start lock
  /// and has no daemon running, since to look is to hold the owner's lock for a moment.
  package var isDataTaken: Bool
  /// What became of the daemon that this command started.
  package var started: Started
  /// Whether the bound of the present wait is over.
  package var isOverdue: Bool

  /// Makes a decision's ground.
  package init(
    serves: Bool, holdsStartLock: Bool, isDataTaken: Bool, started: Started, isOverdue: Bool
  ) {
    self.serves = serves
    self.holdsStartLock = holdsStartLock
    self.isDataTaken = isDataTaken
    self.started = started
    self.isOverdue = isOverdue
  }

  /// What to do.
  package var step: Step {
    if serves { return .use }
    guard holdsStartLock else { return isOverdue ? .fail(.startedElsewhere) : .takeStartLock }
    switch started {
    case .running: return isOverdue ? .fail(.slow) : .wait
    case .none where !isDataTaken: return .start
    case .ended where !isDataTaken: return .fail(.ended)
    case .none, .ended: return isOverdue ? .fail(.dataTaken) : .wait
    }
  }
}
