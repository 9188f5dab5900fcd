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

  /// The nearest of the candidates, of equally near ones the first in byte order; nil if none is
  /// near.
  ///
  /// - Complexity: O(`candidates.count` * `word.count`); most candidates are told apart by their
  ///   length and their set of bytes alone. Allocates for the word, not for each candidate.
  public static func match(_ word: String, among candidates: [String]) -> String? {
    guard word.utf8.count <= wordBytesMax else { return nil }
    var distances = EditDistance(from: Array(word.utf8))
    var limit = min(distanceMax, word.utf8.count / 3)
    var best: String?
    for candidate in candidates {
      guard let distance = distances.distance(to: candidate.utf8.span, limit: limit) else {
        continue
      }
      if let known = best, distance == limit,
        !candidate.utf8.lexicographicallyPrecedes(known.utf8)
      {
        continue
      }
      best = candidate
      limit = distance
    }
    return best
  }
}
