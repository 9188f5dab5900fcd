/// Which faults of rows that are not durable yet were told already: rows that are sent again after
/// a crash of the daemon bring the same faults again.
package struct ToldFaults: Sendable {
  private struct Told: Sendable {
    var row: UInt64
    var count: Int
  }

  /// What was told of each row, in the order of the rows.
  private var told: [Told] = []
  /// What of that this stream has not brought again yet.
  private var awaited: ArraySlice<Told> = []

  /// Nothing was told.
  package init() {}

  /// Takes the next fault; those of a stream come in the order of their rows.
  ///
  /// - Returns: Whether it is to be told.
  /// - Complexity: O(1), but for a row that was faultless on an earlier stream.
  package mutating func isNew(row: UInt64) -> Bool {
    while let first = awaited.first, first.row < row { awaited.removeFirst() }
    if let first = awaited.first, first.row == row, first.count > 0 {
      awaited[awaited.startIndex].count -= 1
      return false
    }
    var place = told.count
    while place > 0, told[place - 1].row > row { place -= 1 }
    if place > 0, told[place - 1].row == row {
      told[place - 1].count += 1
    } else {
      told.insert(Told(row: row, count: 1), at: place)
    }
    return true
  }

  /// The rows before one (from 0) are durable: nobody sends them again.
  package mutating func committed(rowsBefore row: UInt64) {
    told.removeSubrange(..<(told.firstIndex { $0.row > row } ?? told.endIndex))
  }

  /// The import goes on at a row (from 0), on another stream.
  package mutating func goOn(atRow row: UInt64) {
    committed(rowsBefore: row)
    awaited = told[...]
  }
}
