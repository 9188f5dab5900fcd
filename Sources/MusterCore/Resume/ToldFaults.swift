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
  /// Faults of rows that are durable.
  private var durableCount: UInt64 = 0

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

  /// How many faults of the rows before one (from 0) were told.
  package func count(rowsBefore row: UInt64) -> UInt64 {
    told.prefix { $0.row <= row }.reduce(durableCount) { $0 + UInt64($1.count) }
  }

  /// The rows before one (from 0) are durable: nobody sends them again.
  package mutating func committed(rowsBefore row: UInt64) {
    durableCount = count(rowsBefore: row)
    told.removeSubrange(..<(told.firstIndex { $0.row > row } ?? told.endIndex))
  }

  /// Another stream, or the ledger, brings the faults of the rows that are not durable yet.
  package mutating func startAgain() { awaited = told[...] }

  /// The import goes on at a row (from 0), on another stream, with so many faults before it: what
  /// was not told of them by now is not told any more.
  package mutating func goOn(atRow row: UInt64, faultCount: UInt64) {
    committed(rowsBefore: row)
    durableCount = faultCount
    startAgain()
  }
}
