internal import MusterCore

/// What a command waits for when its import is broken off, and since when.
struct Outage: Sendable {
  /// Why it began, as a sentence.
  let cause: TerminalText
  /// Why the last attempt failed, as a sentence.
  var reason: TerminalText
  /// How often it was tried in vain, from 0.
  var attempt = 0
  /// The pause before the next attempt.
  var pause: Duration = .zero
  /// How long it is tried in all.
  var limit: Duration
  /// The rows that were durable when it began.
  var committed: UInt64
  private let start = ContinuousClock.now

  init(reason: TerminalText, limit: Duration, committed: UInt64) {
    cause = reason
    self.reason = reason
    self.limit = limit
    self.committed = committed
  }

  /// How long ago it began.
  var elapsed: Duration { ContinuousClock.now - start }

  /// How long an attempt that begins now may wait for an answer; the last one gets a moment too.
  var rest: Duration { max(limit - elapsed, .milliseconds(500)) }
}
