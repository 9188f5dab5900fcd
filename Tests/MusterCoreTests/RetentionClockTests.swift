import MusterCore
import Testing

/// What counts as passed, of what clocks say.
struct RetentionClockTests {
  /// What is seen at one look.
  enum Step: Sendable {
    /// Seconds pass while the daemon looks.
    case passes(Int64)
    /// The wall clock is set by seconds, while the daemon runs.
    case jumps(Int64)
    /// Another daemon looks, and the clock says that so many seconds have passed.
    case gap(Int64)
    /// The same in a loop.
    case again(Int, [Step])
  }

  private static let hour: Int64 = 3_600
  private static let day: Int64 = 86_400
  private static let years: Int64 = 3_650 * 86_400

  private static func run(_ steps: [Step], on clock: inout RetentionClock) {
    for step in steps {
      switch step {
      case .passes(let seconds):
        var rest = seconds
        while rest > 0 {
          let part = min(rest, hour)
          clock.look(wall: clock.wall + part, elapsed: part)
          rest -= part
        }
      case .jumps(let seconds): clock.look(wall: clock.wall + seconds, elapsed: 0)
      case .gap(let seconds): clock.look(wall: clock.wall + seconds, elapsed: nil)
      case .again(let count, let steps): for _ in 0..<count { run(steps, on: &clock) }
      }
    }
  }

  @Test(
    "what passes counts at once, what a clock has jumped over when it has stood for a day",
    arguments: [
      ([], 0),
      ([.passes(40 * day)], 40 * day),
      // A jump, at a restart and while the daemon runs.
      ([.gap(years), .passes(day - 1)], day - 1),
      ([.gap(years), .passes(day)], day + years),
      ([.jumps(years), .passes(day - 1)], day - 1),
      ([.jumps(years), .passes(day)], day + years),
      // It is taken back before it counts.
      ([.gap(years), .passes(20 * hour), .gap(-years), .passes(9 * day)], 9 * day + 20 * hour),
      ([.jumps(years), .passes(hour), .jumps(-years), .passes(9 * day)], 9 * day + hour),
      ([.again(100, [.gap(years), .passes(hour), .gap(-years), .passes(hour)])], 200 * hour),
      // Back first: the way forward does not count either, however long it has stood.
      ([.gap(-years), .passes(9 * day), .gap(years), .passes(9 * day)], 18 * day),
      ([.jumps(-years), .passes(9 * day), .jumps(years), .passes(9 * day)], 18 * day),
      ([.gap(-years), .passes(9 * day), .gap(years + 3 * day), .passes(9 * day)], 21 * day),
      ([.again(100, [.gap(-years), .passes(hour), .gap(years), .passes(hour)])], 200 * hour),
      // Each jump begins the day anew.
      ([.gap(years), .passes(20 * hour), .gap(years), .passes(20 * hour)], 40 * hour),
      ([.again(50, [.gap(years)])], 0),
      // The daemon was off: it counts, a day late.
      ([.gap(40 * day), .passes(day - 1)], day - 1),
      ([.gap(40 * day), .passes(day)], 41 * day),
      // Two gaps: each waits for a day of its own.
      (
        [.gap(40 * day), .passes(20 * hour), .gap(2 * hour), .passes(2 * hour)],
        40 * day + 22 * hour
      ),
      // The clock is drawn to the right time slowly.
      ([.again(100, [.passes(hour), .jumps(59)])], 100 * hour),
      ([.again(100, [.passes(hour), .jumps(-59)])], 100 * hour),
    ] as [([Step], Int64)])
  func steps(_ steps: [Step], _ passed: Int64) {
    var clock = RetentionClock(time: 1_000, wall: 1_700_000_000)
    Self.run(steps, on: &clock)
    #expect(clock.time - 1_000 == passed, "\(clock)")
  }

  @Test(
    "a daemon that never runs for a day counts its days in the end",
    arguments: [(800, 3 * hour), (100, day), (60, 2 * day), (30, 7 * day), (12, 40 * day)])
  func shortLives(_ count: Int, _ gap: Int64) {
    var clock = RetentionClock(time: 0, wall: 1_700_000_000)
    for _ in 0..<count { Self.run([.gap(gap), .passes(60)], on: &clock) }
    let passed = Int64(count) * (gap + 60)
    #expect(clock.time <= passed && clock.time >= passed - max(5 * gap, 3 * Self.day), "\(clock)")
  }

  @Test("numbers that are no times do no harm")
  func bounds() {
    for odd in [Int64.min, -1, 0, 1 << 40, .max] {
      var clock = RetentionClock(
        time: odd, wall: odd, waiting: odd, later: odd, owed: odd, stood: odd)
      for wall in [Int64.min, -1, 0, 1 << 50, .max] {
        clock.look(wall: wall, elapsed: nil)
        clock.look(wall: wall, elapsed: odd)
        clock.look(wall: wall, elapsed: 3_600)
      }
      #expect(clock.waiting >= 0 && clock.later >= 0 && clock.owed >= 0)
    }
  }

  @Test("a clock that is read from its file goes on as it was")
  func restoring() {
    var clock = RetentionClock(time: 0, wall: 1_700_000_000)
    Self.run([.gap(Self.years), .passes(Self.hour)], on: &clock)
    var other = RetentionClock(
      time: clock.time, wall: clock.wall, waiting: clock.waiting, later: clock.later,
      owed: clock.owed, stood: clock.stood)
    #expect(clock == other && clock.distance(to: other) == 0)
    Self.run([.passes(Self.day)], on: &other)
    #expect(clock.distance(to: other) > Self.day)
  }
}
