/// The edits from one word to others, with rows of counts that are made once and used for each.
///
/// Only the counts near the diagonal are worked out: one further from it than the limit is more
/// than the limit itself.
struct EditDistance {
  private let word: [UInt8]
  private let wordSet: UInt64
  /// The counts for the last byte of the other word, the one before, and the one before that.
  private var row: [Int]
  private var previous: [Int]
  private var beforePrevious: [Int]
  /// Counts that were worked out so far, for all words together.
  private(set) var stepCount = 0

  /// More than any distance that is looked for.
  private static let farAway = Int(Int16.max)

  init(from word: [UInt8]) {
    self.word = word
    wordSet = Self.set(of: word.span)
    row = Array(repeating: Self.farAway, count: word.count + 2)
    previous = row
    beforePrevious = row
  }

  /// The edits from the word to the other one; nil if they are more than the limit.
  ///
  /// - Complexity: O(`other.count` * `limit`), and O(1) for most words that are far away.
  mutating func distance(
    to other: borrowing Span<UInt8>, set: UInt64, limit: Int
  ) -> Int? {
    guard abs(other.count - word.count) <= limit,
      (wordSet ^ set).nonzeroBitCount <= 2 * limit
    else { return nil }
    for column in 0...min(word.count, limit + 1) { row[column] = column }
    for index in 0..<other.count {
      swap(&beforePrevious, &previous)
      swap(&previous, &row)
      guard fillRow(for: other, at: index, limit: limit) <= limit else { return nil }
    }
    return row[word.count] <= limit ? row[word.count] : nil
  }

  /// Counts the edits that end at one byte of the other word; answers the least of them.
  private mutating func fillRow(
    for other: borrowing Span<UInt8>, at index: Int, limit: Int
  ) -> Int {
    let first = max(0, index - limit)
    let end = min(word.count, index + limit + 1)
    // What borders the part that is worked out counts as far away.
    row[first] = first == 0 ? index + 1 : Self.farAway
    row[end + 1] = Self.farAway
    var least = row[first]
    for column in first..<max(first, end) {
      let isSame = word[column] == other[index]
      var edits = min(previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1)
      edits = min(edits, row[column] + 1)
      if index > 0, column > 0, word[column] == other[index - 1], word[column - 1] == other[index] {
        edits = min(edits, beforePrevious[column - 1] + 1)
      }
      row[column + 1] = edits
      least = min(least, edits)
    }
    stepCount += end - first + 1
    return least
  }

  /// The bytes of a word as a set, of which each edit changes at most two.
  static func set(of word: borrowing Span<UInt8>) -> UInt64 {
    var set: UInt64 = 0
    for index in 0..<word.count { set |= 1 &<< UInt64(word[index] & 63) }
    return set
  }
}
