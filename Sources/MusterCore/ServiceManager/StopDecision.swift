/// When a daemon that was told to stop leaves, although connections are still open.
///
/// Connections end by themselves once their calls have; one whose client is stopped or hung never
/// does, and must not hold the daemon: whoever restarts it waits.
package struct StopDecision: Equatable, Sendable {
  /// What to do.
  package enum Step: Equatable, Sendable {
    /// Look again after this pause.
    case wait(Duration)
    /// No call has run for a while: its clients have had time to read how it ended.
    case leave
  }

  /// How long calls may take to end; a service manager kills at 90 s, and Promises, P9 promises 10.
  package static let callsTimeMax: Duration = .seconds(8)
  /// How long connections may take to end after the last call: a client on a busy machine has time
  /// to read where to go on.
  package static let partingTime: Duration = .seconds(2)
  /// Between two looks.
  static let pause: Duration = .milliseconds(50)

  /// Since the daemon was told to stop.
  package var elapsed: Duration
  /// How long no call has run; nil while one does.
  package var callIdleTime: Duration?

  /// Makes a decision's ground.
  package init(elapsed: Duration, callIdleTime: Duration?) {
    self.elapsed = elapsed
    self.callIdleTime = callIdleTime
  }

  /// What to do.
  package var step: Step {
    // A call that came just before the stop may not have begun to run yet.
    if let callIdleTime, min(callIdleTime, elapsed) >= Self.partingTime { return .leave }
    return .wait(Self.pause)
  }
}
