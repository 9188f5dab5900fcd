/// Bounds how many lines of a kind are logged, and counts those that are not.
struct LogPace {
  /// What becomes of a line.
  enum Turn: Equatable {
    /// It is logged, and says how many were not since the last one.
    case log(leftOutCount: Int)
    case leaveOut
  }

  private let linesMax: Int
  private let period: Duration
  private var periodBegan: ContinuousClock.Instant?
  private var lineCount = 0
  private var leftOutCount = 0

  /// Allows so many lines in each period.
  init(linesMax: Int, in period: Duration) {
    self.linesMax = linesMax
    self.period = period
  }

  mutating func next(at now: ContinuousClock.Instant) -> Turn {
    if let began = periodBegan, now < began + period {
      guard lineCount < linesMax else {
        leftOutCount += 1
        return .leaveOut
      }
    } else {
      periodBegan = now
      lineCount = 0
    }
    lineCount += 1
    defer { leftOutCount = 0 }
    return .log(leftOutCount: leftOutCount)
  }
}
