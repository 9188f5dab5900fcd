/// The known word that somebody probably meant.
///
/// Distance is counted in bytes inserted, deleted, replaced, or swapped with their neighbour
/// (Damerau-Levenshtein, each place edited once). A match is at most a third of the word's length
/// away, and at most 3.
public enum Nearest {
  /// Edits between a word and its match.
  public static let distanceMax = 3
  /// Bytes of a word or candidate that is looked at; a name `form.TYPE.FIELD` has up to 134.
  public static let wordBytesMax = 160
  /// Steps of one search (``NearestIndex/nearest(to:steps:)``), some 10 ms: enough for 10,000 names
  /// of 64 bytes. After them nothing is found.
  static let stepsMax = 5_000_000

  /// The nearest of the candidates, of equally near ones the first in byte order; nil if none is
  /// near.
  ///
  /// For a single word: whoever looks for many among the same candidates has a ``HintBudget``.
  /// - Complexity: O(bytes of the candidates) to look at them, and at most ``stepsMax`` steps.
  public static func match(_ word: String, among candidates: [String]) -> String? {
    guard word.utf8.count <= wordBytesMax else { return nil }
    var steps = stepsMax
    let outcome = NearestIndex(candidates).nearest(to: Array(word.utf8), steps: &steps)
    if case .found(let match) = outcome { return match }
    return nil
  }
}
