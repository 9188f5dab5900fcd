/// Bounds how many lines of a kind are logged, and counts those that are not.
struct LogPace {
  /// What becomes of a line.
  enum Turn: Equatable {
    /// It is logged, and says how many were not since the last one.
    case log(leftOutCount: Int)
    case leaveOut
  }

  /// Lines of one second.
  static let linesPerSecondMax = 10

  private var secondBegan: ContinuousClock.Instant?
  private var lineCount = 0
  private var leftOutCount = 0

  mutating func next(at now: ContinuousClock.Instant) -> Turn {
    if let began = secondBegan, now < began + .seconds(1) {
      guard lineCount < Self.linesPerSecondMax else {
        leftOutCount += 1
        return .leaveOut
      }
    } else {
      secondBegan = now
      lineCount = 0
    }
    lineCount += 1
    defer { leftOutCount = 0 }
    return .log(leftOutCount: leftOutCount)
  }
}
