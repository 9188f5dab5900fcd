internal import Synchronization

/// The values that a choice field takes: found by their bytes, and what hints say of them.
final class ChoiceTable: Sendable {
  private let choices: [String]
  /// nil for a few choices, which are as quickly compared.
  private let table: LabelTable?
  private let words = Mutex<Words?>(nil)

  /// What hints need; worked out for the first of them.
  struct Words: Sendable {
    let index: NearestIndex
    /// The choices by their text in lower case (ASCII letters), of like ones the first.
    let folded: [[UInt8]: String]
    /// The sentence that lists them.
    let wanted: String
  }

  /// Choices that are compared one by one.
  private static let comparedMax = 8
  /// Choices that a hint lists, and bytes of that list: the last one may go beyond.
  private static let listedMax = 8
  private static let listedBytesMax = 256

  init(_ choices: [String]) {
    self.choices = choices
    table = choices.count > Self.comparedMax ? LabelTable(choices) : nil
  }

  /// Whether a cell, which is not blank, is one of the choices.
  ///
  /// - Complexity: O(`cell.count`).
  func contains(_ cell: CellBytes) -> Bool {
    guard let table, let start = unsafe cell.start else {
      return unsafe cell.withSpan { FormValueRule.isOne($0, of: choices) }
    }
    return unsafe table.rank(of: start, count: cell.count) != nil
  }

  /// What hints need.
  func hintWords() -> Words {
    words.withLock { words in
      let made = words ?? makeWords()
      words = made
      return made
    }
  }

  private func makeWords() -> Words {
    var folded: [[UInt8]: String] = [:]
    for choice in choices.reversed() { folded[choice.utf8.map(EmailKey.folded)] = choice }
    return Words(index: NearestIndex(choices), folded: folded, wanted: listing())
  }

  private func listing() -> String {
    var listed: [String] = []
    var byteCount = 0
    for choice in choices.prefix(Self.listedMax) where byteCount < Self.listedBytesMax {
      listed.append(Excerpt.printable(choice.utf8))
      byteCount += listed.last?.utf8.count ?? 0
    }
    let left = choices.count - listed.count
    return "write one of " + listed.joined(separator: ", ") + (left > 0 ? " and \(left) more" : "")
  }
}
