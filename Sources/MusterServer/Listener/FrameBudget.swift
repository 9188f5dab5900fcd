internal import NIOCore

/// How many control frames a connection may still send.
///
/// It begins full; time and the daemon's own frames earn more. It has no clock: callers say when.
struct FrameBudget {
  private let bounds: ConnectionBounds
  private var left: Int
  private var earnedUntil: NIODeadline

  private static let nanosecondsPerSecond: Int64 = 1_000_000_000

  init(bounds: ConnectionBounds, now: NIODeadline) {
    self.bounds = bounds
    left = bounds.savedControlFramesMax
    earnedUntil = now
  }

  /// The daemon has written a buffer.
  mutating func sentBuffer() { earn(bounds.controlFramesPerSentBuffer) }

  /// The client has sent so many control frames.
  ///
  /// - Returns: false if they are more than it may send.
  mutating func spend(_ count: Int, at now: NIODeadline) -> Bool {
    let perFrame = Self.nanosecondsPerSecond / bounds.controlFramesPerSecond
    let earned = max(0, (now - earnedUntil).nanoseconds) / perFrame
    // What is left of a second's part counts the next time.
    earnedUntil = earnedUntil + .nanoseconds(earned * perFrame)
    earn(Int(earned))
    left -= count
    return left >= 0
  }

  private mutating func earn(_ count: Int) {
    left = min(left + count, bounds.savedControlFramesMax)
  }
}
