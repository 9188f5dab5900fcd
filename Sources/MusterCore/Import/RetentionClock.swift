/// The time that retention goes by: it moves by what was seen to pass, not by what a clock says.
///
/// A clock may be set wrong, by years, at a restart or while the daemon runs. What it has jumped
/// over then must not delete anything, and what has truly passed while no daemon ran must count
/// in the end. So:
/// - Time that passes while the daemon looks counts at once.
/// - What the clock says has passed between two daemons counts only after the clock has stood for a
///   day: after a day more has passed, without another jump.
/// - What the clock goes back is taken from what waits to count. The rest is remembered, so that
///   the same jump forward later does not count either.
/// - A daemon that runs for minutes only sees no day pass. What the clock says between two of them
///   is evidence that it stands: each gap for half a day at most, and one of more than
///   ``gapSecondsMax`` none at all.
package struct RetentionClock: Equatable, Sendable {
  /// Retention's own time in seconds, comparable with itself alone.
  package private(set) var time: Int64
  /// What the wall clock said at the last look, in seconds since 1970.
  package private(set) var wall: Int64
  /// Seconds that count once the clock has stood for a day.
  package private(set) var waiting: Int64
  /// Seconds that have come up since, and wait for a day after that.
  package private(set) var later: Int64
  /// Seconds that the clock went back: a long jump forward is first taken for its way back.
  package private(set) var owed: Int64
  /// For how many seconds the clock has stood since ``waiting`` began to wait.
  package private(set) var stood: Int64

  /// How long a clock has to stand until what it says counts.
  package static let daySeconds: Int64 = 86_400
  /// A longer gap between two daemons is taken for a jump: it says nothing about the clock.
  package static let gapSecondsMax: Int64 = 60 * 86_400
  /// What one gap can say about a clock.
  private static let evidenceSecondsMax: Int64 = 43_200
  /// Two clocks may differ by so much between two looks: one is drawn to the right time slowly.
  private static let toleranceSeconds: Int64 = 60
  /// Beyond it a number is no time; so sums stay within 64 bits.
  private static let secondsMax: Int64 = 1 << 40

  /// A clock that was never looked at.
  ///
  /// - Parameters:
  ///   - time: Retention's time.
  ///   - wall: What the wall clock said then.
  package init(time: Int64, wall: Int64) {
    self.init(time: time, wall: wall, waiting: 0, later: 0, owed: 0, stood: 0)
  }

  /// The clock as it was written down; numbers that are no times are brought into bounds.
  package init(
    time: Int64, wall: Int64, waiting: Int64, later: Int64, owed: Int64, stood: Int64
  ) {
    func bounded(_ value: Int64, from least: Int64) -> Int64 {
      min(max(value, least), Self.secondsMax)
    }
    self.time = bounded(time, from: -Self.secondsMax)
    self.wall = bounded(wall, from: -Self.secondsMax)
    self.waiting = bounded(waiting, from: 0)
    self.later = bounded(later, from: 0)
    self.owed = bounded(owed, from: 0)
    self.stood = bounded(stood, from: 0)
  }

  /// Looks at the clocks.
  ///
  /// - Parameters:
  ///   - wall: Seconds since 1970, as the wall clock says.
  ///   - elapsed: Seconds since the last look, by a clock that nobody sets and that goes on while
  ///     the machine is suspended; nil if another process looked last.
  package mutating func look(wall newWall: Int64, elapsed: Int64?) {
    let newWall = min(max(newWall, -Self.secondsMax), Self.secondsMax)
    let walled = newWall - wall
    wall = newWall
    guard let elapsed, (0...Self.daySeconds).contains(elapsed) else {
      // Of more than a day between two looks nobody has seen much: it is a gap like another.
      return walled < 0 ? goBack(-walled) : passGap(walled)
    }
    time = min(time + elapsed, Self.secondsMax)
    let jump = walled - elapsed
    if abs(jump) <= Self.toleranceSeconds {
      stand(elapsed)
    } else {
      stood = 0
      jump > 0 ? wait(jump) : goBack(-jump)
    }
  }

  /// How far two states are apart, in seconds: what is lost if the later one is not written down.
  package func distance(to other: RetentionClock) -> Int64 {
    let pairs = [
      (time, other.time), (wall, other.wall), (waiting, other.waiting), (later, other.later),
      (owed, other.owed), (stood, other.stood),
    ]
    return pairs.reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  private mutating func passGap(_ seconds: Int64) {
    if seconds <= Self.gapSecondsMax {
      stand(min(seconds, Self.evidenceSecondsMax))
    } else {
      stood = 0
    }
    wait(seconds)
  }

  /// Seconds that may have passed begin to wait.
  private mutating func wait(_ seconds: Int64) {
    var seconds = seconds
    if seconds > Self.daySeconds {
      let paid = min(owed, seconds)
      owed -= paid
      seconds -= paid
    }
    if waiting == 0 {
      waiting = seconds
      stood = 0
    } else {
      later = min(later + seconds, Self.secondsMax)
    }
  }

  private mutating func goBack(_ seconds: Int64) {
    if seconds > Self.toleranceSeconds { stood = 0 }
    var seconds = seconds
    for part in [\RetentionClock.later, \.waiting] {
      let taken = min(self[keyPath: part], seconds)
      self[keyPath: part] -= taken
      seconds -= taken
    }
    if seconds > Self.toleranceSeconds { owed = min(owed + seconds, Self.secondsMax) }
  }

  /// The clock has stood for so long.
  private mutating func stand(_ seconds: Int64) {
    guard waiting > 0 else { return }
    stood += seconds
    guard stood >= Self.daySeconds else { return }
    time = min(time + waiting, Self.secondsMax)
    waiting = later
    later = 0
    stood = 0
  }
}
