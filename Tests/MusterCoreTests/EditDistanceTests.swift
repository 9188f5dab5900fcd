import MusterTestSupport
import Testing

@testable import MusterCore

/// The distance near the diagonal is the distance of the whole table, where that is near.
@Suite struct EditDistanceTests {
  /// The textbook's table (optimal string alignment).
  private static func reference(_ word: [UInt8], _ other: [UInt8]) -> Int {
    var table = Array(
      repeating: Array(repeating: 0, count: other.count + 1), count: word.count + 1)
    for row in 0...word.count { table[row][0] = row }
    for column in 0...other.count { table[0][column] = column }
    for row in 0..<word.count {
      for column in 0..<other.count {
        let isSame = word[row] == other[column]
        var edits = min(
          table[row][column] + (isSame ? 0 : 1), table[row][column + 1] + 1,
          table[row + 1][column] + 1)
        if row > 0, column > 0, word[row] == other[column - 1], word[row - 1] == other[column] {
          edits = min(edits, table[row - 1][column - 1] + 1)
        }
        table[row + 1][column + 1] = edits
      }
    }
    return table[word.count][other.count]
  }

  @Test func `it equals the whole table's for random words`() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<4_000 {
      let word = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
        UInt8.random(in: 97...99, using: &generator)
      }
      var distances = EditDistance(from: word)
      // The same rows of counts serve for many others.
      for _ in 0..<4 {
        let other = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
          UInt8.random(in: 97...99, using: &generator)
        }
        let right = Self.reference(word, other)
        for limit in 0...3 {
          let found = distances.distance(
            to: other.span, set: EditDistance.set(of: other.span), limit: limit)
          #expect(found == (right <= limit ? right : nil), "\(word) \(other) \(limit)")
        }
      }
    }
  }

  @Test func `the nearest word is that of a search through all`() {
    var generator = SeededGenerator(seed: 12)
    func word() -> String {
      let count = Int.random(in: 1...10, using: &generator)
      return String(
        decoding: (0..<count).map { _ in UInt8.random(in: 97...100, using: &generator) },
        as: UTF8.self)
    }
    for _ in 0..<200 {
      let known = Array(Set((0..<60).map { _ in word() }))
      let wanted = word()
      let limit = min(Nearest.distanceMax, wanted.utf8.count / 3)
      let near = known.map { (Self.reference(Array(wanted.utf8), Array($0.utf8)), $0) }
        .filter { $0.0 <= limit }
        .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      #expect(Nearest.match(wanted, among: known) == near.first?.1, "\(wanted) \(known)")
    }
  }
}
