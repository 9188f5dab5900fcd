internal import MusterCore
internal import MusterFaults

/// The time that a workspace's retention goes by, and its place in the file.
///
/// Used on the workspace's own thread only.
final class RetentionTime {
  private let connection: Connection
  private let clocks: Clocks
  private var clock: RetentionClock
  /// As it is in the file.
  private var saved: RetentionClock
  /// What ``Clocks/elapsed`` said at the last look; nil if another process looked last.
  private var lookedAt: Int64?

  /// A clock that has moved by less is not written down: what is lost then is within the hour.
  private static let unsavedSecondsMax: Int64 = 3_600

  private enum Name: String, CaseIterable {
    case time = "retention_time"
    case wall = "retention_wall"
    case waiting = "retention_waiting"
    case later = "retention_later"
    case owed = "retention_owed"
    case stood = "retention_stood"
    case process = "retention_process"
    case elapsed = "retention_elapsed"
  }

  /// Reads where it stands; a file without it begins when its last import was touched.
  init(_ connection: Connection, _ clocks: Clocks) throws(StoreError) {
    self.connection = connection
    self.clocks = clocks
    var values: [String: Int64] = [:]
    let query = try connection.prepare(
      "SELECT name, value FROM counter WHERE name LIKE 'retention%'")
    while try query.step() { values[query.text(0)] = query.integer(1) }
    func value(_ name: Name) -> Int64 { values[name.rawValue] ?? 0 }
    if values[Name.time.rawValue] == nil {
      let last = try connection.integer("SELECT coalesce(max(retention_at), 0) FROM import")
      let start = last > 0 ? last : clocks.wall()
      clock = RetentionClock(time: start, wall: start)
    } else {
      clock = RetentionClock(
        time: value(.time), wall: value(.wall), waiting: value(.waiting), later: value(.later),
        owed: value(.owed), stood: value(.stood))
      if value(.process) == clocks.process { lookedAt = value(.elapsed) }
    }
    saved = clock
  }

  /// Looks at the clocks.
  ///
  /// - Returns: The time now, in seconds that are comparable with each other alone.
  func now() -> Int64 {
    if Mutant.trustsWallClock.isOn { return clocks.wall() }
    let elapsed = clocks.elapsed()
    clock.look(wall: clocks.wall(), elapsed: lookedAt.map { elapsed - $0 })
    lookedAt = elapsed
    return clock.time
  }

  /// Whether it has moved so far that it should be written down.
  var isWorthSaving: Bool { clock.distance(to: saved) >= Self.unsavedSecondsMax }

  /// Writes it down, in the open transaction.
  func save() throws(StoreError) {
    let insert = try connection.prepare(
      """
      INSERT INTO counter(name, value) VALUES(?1, ?2)
      ON CONFLICT(name) DO UPDATE SET value = excluded.value
      """)
    for name in Name.allCases {
      insert.bind(1, name.rawValue)
      insert.bind(2, value(name))
      try insert.run()
    }
    saved = clock
  }

  private func value(_ name: Name) -> Int64 {
    switch name {
    case .time: clock.time
    case .wall: clock.wall
    case .waiting: clock.waiting
    case .later: clock.later
    case .owed: clock.owed
    case .stood: clock.stood
    case .process: clocks.process
    case .elapsed: lookedAt ?? 0
    }
  }
}
