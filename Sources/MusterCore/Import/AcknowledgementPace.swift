/// When an import's progress is sent: pure, without a clock of its own.
///
/// At once after the first commit of a stream, then at most four times a second: a client that
/// sends a few rows waits for them, and one that sends millions needs no more. Before the first
/// commit nothing is sent for a second; then it is a sign of life.
package struct AcknowledgementPace: Sendable {
  /// Between two messages.
  package static let interval: Duration = .milliseconds(250)
  /// From the first rows to a message that says that nothing is committed yet.
  static let silenceMax: Duration = .seconds(1)

  private var hasCommitted = false
  private var firstAt: ContinuousClock.Instant?
  private var dueAt: ContinuousClock.Instant?
  private var lastAt: ContinuousClock.Instant?

  /// Nothing was sent yet.
  package init() {}

  /// There is news: rows were decided at this time, or committed.
  package mutating func note(isCommitted: Bool, at now: ContinuousClock.Instant) {
    if firstAt == nil { firstAt = now }
    guard isCommitted, !hasCommitted else { return }
    hasCommitted = true
    dueAt = now
  }

  /// When the news may be sent.
  package var due: ContinuousClock.Instant? {
    dueAt ?? firstAt.map { $0 + Self.silenceMax }
  }

  /// The news was sent.
  package mutating func sent(at now: ContinuousClock.Instant) {
    // One that came early for the first commit is made up for: four in any second.
    let isEarly = lastAt.map { now < $0 + Self.interval } ?? false
    dueAt = now + (isEarly ? Self.interval * 2 : Self.interval)
    lastAt = now
  }
}
