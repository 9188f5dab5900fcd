internal import Synchronization

/// The lines of the rows, added by the side that sends and looked up by the side that receives.
final class SharedLines: Sendable {
  private let map = Mutex(LineMap())

  func append(_ lines: [Int]) {
    map.withLock { map in
      for line in lines { map.append(line) }
    }
  }

  /// How many rows were read.
  var rowCount: UInt64 { map.withLock { UInt64($0.rowCount) } }

  /// Forgets them: the file is read again from its beginning.
  func removeAll() { map.withLock { $0 = LineMap() } }

  /// The line of a row, counted from 1 as faults do; nil for a row that was not read.
  func line(ofRow row: UInt64) -> Int? {
    guard row > 0 else { return nil }
    return map.withLock { $0.line(ofRow: Int(clamping: row - 1)) }
  }
}
