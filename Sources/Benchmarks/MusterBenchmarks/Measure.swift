internal import Glibc

/// What a piece of work cost.
struct Cost {
  /// CPU time of the whole process, in nanoseconds.
  var cpu: UInt64
  /// Time on the wall, in nanoseconds.
  var wall: UInt64

  /// Measures some work.
  static func of(_ work: () throws -> Void) rethrows -> Cost {
    let before = (clock(CLOCK_PROCESS_CPUTIME_ID), clock(CLOCK_MONOTONIC))
    try work()
    return Cost(
      cpu: clock(CLOCK_PROCESS_CPUTIME_ID) - before.0, wall: clock(CLOCK_MONOTONIC) - before.1)
  }

  private static func clock(_ id: clockid_t) -> UInt64 {
    var now = timespec()
    unsafe clock_gettime(id, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
  }
}

/// Collects the rounds of each measurement and prints their medians.
struct Report {
  private var names: [String] = []
  private var costs: [String: [Cost]] = [:]

  mutating func add(_ name: String, _ cost: Cost) {
    if costs[name] == nil { names.append(name) }
    costs[name, default: []].append(cost)
  }

  func print(title: String, members: Int) {
    Swift.print("\(title): \(members) members, median of \(costs.values.first?.count ?? 0)")
    for name in names {
      let all = costs[name] ?? []
      let cpu = all.map(\.cpu).sorted()[all.count / 2]
      let wall = all.map(\.wall).sorted()[all.count / 2]
      let label = name + String(repeating: " ", count: max(1, 44 - name.count))
      Swift.print("  \(label)\(micro(cpu, members)) us CPU a row, \(micro(wall, members)) us wall")
    }
  }

  private func micro(_ nanoseconds: UInt64, _ members: Int) -> String {
    let hundredths = nanoseconds / UInt64(members) / 10
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}

/// Removes a database and what SQLite keeps beside it.
func removeDatabase(_ path: String) {
  for suffix in ["", "-wal", "-shm"] { _ = unsafe unlink(path + suffix) }
}

/// The system or SQLite said no.
struct BenchmarkFailure: Error {
  var message: String
}
