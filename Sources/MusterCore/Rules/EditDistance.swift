/// The edits from one word to others, with rows of counts that are made once and used for each.
struct EditDistance {
  private let word: [UInt8]
  private let wordSet: UInt64
  /// The counts for the last byte of the other word, the one before, and the one before that.
  private var row: [Int]
  private var previous: [Int]
  private var beforePrevious: [Int]

  init(from word: [UInt8]) {
    self.word = word
    wordSet = word.reduce(into: 0) { $0 |= Self.bit($1) }
    row = Array(repeating: 0, count: word.count + 1)
    previous = row
    beforePrevious = row
  }

  /// The edits from the word to the other one; nil if they are more than the limit.
  mutating func distance(to other: borrowing Span<UInt8>, limit: Int) -> Int? {
    guard abs(other.count - word.count) <= limit, sharesBytes(with: other, limit: limit) else {
      return nil
    }
    for column in row.indices { row[column] = column }
    for index in 0..<other.count {
      swap(&beforePrevious, &previous)
      swap(&previous, &row)
      guard fillRow(for: other, at: index) <= limit else { return nil }
    }
    return row[word.count] <= limit ? row[word.count] : nil
  }

  /// Counts the edits that end at one byte of the other word; answers the least of them.
  private mutating func fillRow(for other: borrowing Span<UInt8>, at index: Int) -> Int {
    row[0] = index + 1
    var least = index + 1
    for column in 0..<word.count {
      let isSame = word[column] == other[index]
      var edits = min(previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1)
      edits = min(edits, row[column] + 1)
      if index > 0, column > 0, word[column] == other[index - 1], word[column - 1] == other[index] {
        edits = min(edits, beforePrevious[column - 1] + 1)
      }
      row[column + 1] = edits
      least = min(least, edits)
    }
    return least
  }

  /// Whether the words may be within the limit: an edit changes their sets of bytes by at most two.
  private func sharesBytes(with other: borrowing Span<UInt8>, limit: Int) -> Bool {
    var otherSet: UInt64 = 0
    for index in 0..<other.count { otherSet |= Self.bit(other[index]) }
    return (wordSet ^ otherSet).nonzeroBitCount <= 2 * limit
  }

  private static func bit(_ byte: UInt8) -> UInt64 { 1 &<< UInt64(byte & 63) }
}
