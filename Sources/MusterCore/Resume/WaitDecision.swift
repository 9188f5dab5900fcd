/// What a command does while a daemon keeps it waiting: wait, say so once, or give up.
///
/// A short wait is nobody's business: a daemon starts in a tenth of a second. After ``noticeTime``
/// the command says what it waits for and where to look; after its limit it gives up.
package struct WaitDecision: Equatable, Sendable {
  /// What keeps the command waiting.
  package enum Cause: Equatable, Sendable, CaseIterable {
    /// The socket accepts connections, and nobody answers on them: the daemon has not started, is
    /// stopped, or hangs.
    case silent
    /// The private daemon is being started.
    case starting
    /// The daemon answers that it has no room for another call at the moment.
    case full
  }

  /// What to do next.
  package enum Step: Equatable, Sendable {
    /// Look again after this pause.
    case wait(Duration)
    /// Tell the user what the command waits for, then decide again.
    case notice
    /// Say why, and end.
    case giveUp
  }

  /// How long a command waits without a word.
  package static let noticeTime: Duration = .seconds(2)
  /// The shortest pause between two looks.
  package static let pauseMin: Duration = .milliseconds(2)
  /// The longest pause between two looks that nobody has asked for.
  package static let pauseMax: Duration = .milliseconds(50)

  /// How long the command has been waiting.
  package var elapsed: Duration
  /// How long it waits in all.
  package var limit: Duration
  /// Whether the user has been told.
  package var isNoticed: Bool
  /// The pause that the daemon has asked for, if any.
  package var wantedPause: Duration?

  /// Describes a wait.
  package init(
    elapsed: Duration, limit: Duration, isNoticed: Bool, wantedPause: Duration? = nil
  ) {
    self.elapsed = elapsed
    self.limit = limit
    self.isNoticed = isNoticed
    self.wantedPause = wantedPause
  }

  /// What to do next. A pause ends no later than the notice or the limit is due.
  package var step: Step {
    guard elapsed < limit else { return .giveUp }
    guard isNoticed || elapsed < Self.noticeTime else { return .notice }
    let due = isNoticed ? limit : min(limit, Self.noticeTime)
    // What has taken long will not be over in the next moment.
    let usual = min(max(elapsed / 4, Self.pauseMin), Self.pauseMax)
    return .wait(min(max(wantedPause ?? usual, Self.pauseMin), due - elapsed))
  }
}
