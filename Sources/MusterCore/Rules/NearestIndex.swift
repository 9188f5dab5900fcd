/// Words by their length, among which the nearest to others are looked for; worked out once.
package final class NearestIndex: Sendable {
  /// Words of one length are together, in the order of the lengths.
  private let words: [String]
  /// The bytes of each word as a set.
  private let sets: [UInt64]
  /// Where the words of each length begin, and where the longest end.
  private let starts: [Int]

  /// Bytes of the longest word that can be near one that is looked for.
  private static let bytesMax = Nearest.wordBytesMax + Nearest.distanceMax

  /// What a search has shown.
  enum Outcome: Equatable, Sendable {
    /// The nearest word; of equally near ones the first in byte order.
    case found(String)
    case nothingNear
    /// The search was given up: it would have taken too many steps.
    case unknown
  }

  /// - Complexity: O(bytes of the words).
  package init(_ candidates: [String]) {
    var starts = [Int](repeating: 0, count: Self.bytesMax + 2)
    for word in candidates where word.utf8.count <= Self.bytesMax {
      starts[word.utf8.count + 1] += 1
    }
    for length in 1..<starts.count { starts[length] += starts[length - 1] }
    var next = starts
    var words = [String](repeating: "", count: starts.last ?? 0)
    var sets = [UInt64](repeating: 0, count: words.count)
    for word in candidates where word.utf8.count <= Self.bytesMax {
      let place = next[word.utf8.count]
      next[word.utf8.count] += 1
      words[place] = word
      sets[place] = EditDistance.set(of: word.utf8.span)
    }
    self.words = words
    self.sets = sets
    self.starts = starts
  }

  /// Looks for the nearest word.
  ///
  /// - Parameter steps: How many steps it may take, one for each word that is looked at and each
  ///   pair of bytes that is compared; what it took is subtracted.
  func nearest(to word: [UInt8], steps: inout Int) -> Outcome {
    guard word.count <= Nearest.wordBytesMax else { return .nothingNear }
    var distances = EditDistance(from: word)
    var limit = min(Nearest.distanceMax, word.count / 3)
    var best: String?
    var stepsLeft = steps
    defer { steps = max(0, stepsLeft - distances.stepCount) }
    // Words of like lengths first: a near one spares the work for all that can only be further.
    for difference in 0...limit {
      for length in difference == 0
        ? [word.count] : [word.count - difference, word.count + difference]
      where length >= 0 && difference <= limit {
        for place in starts[length]..<starts[length + 1] {
          stepsLeft -= 1
          guard stepsLeft > distances.stepCount else { return .unknown }
          let candidate = words[place]
          guard
            let distance = distances.distance(
              to: candidate.utf8.span, set: sets[place], limit: limit)
          else { continue }
          if let known = best, distance == limit, !Self.precedes(candidate, known) { continue }
          best = candidate
          limit = distance
        }
      }
    }
    return best.map { .found($0) } ?? .nothingNear
  }

  private static func precedes(_ first: String, _ second: String) -> Bool {
    first.utf8.lexicographicallyPrecedes(second.utf8)
  }
}
