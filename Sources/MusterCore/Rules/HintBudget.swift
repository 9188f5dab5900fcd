/// What an import, or one call, may still spend on finding the words that wrong ones were meant as.
///
/// Looking for the nearest of 10,000 names takes a thousand times as long as checking a cell, and
/// the sender of the rows decides how often it is done. So the steps of the searches are counted:
/// an import begins with some, and each byte of its rows adds a few. A fault for which there are no
/// steps left has a hint without a nearest name. The order of the rows alone decides which faults
/// these are, not the chunks that they are sent in. The outcome of a search is remembered.
public struct HintBudget: Sendable {
  /// Steps (``NearestIndex/nearest(to:steps:)``) that there are at first, and at any time: some
  /// 20 ms.
  static let stepsMax = 20_000_000
  /// Steps that a byte of the rows adds: some 5 ms for 64 KiB.
  static let stepsPerByte = 64
  /// Steps of one row: some 5 ms, for which nobody can interrupt its check.
  static let stepsPerRowMax = 4_000_000
  /// Faults of one row that have hints with names in them: nobody reads more of one cell.
  static let namingHintsPerRowMax = 64
  /// Searches whose outcome is remembered: wrong words come again, row after row. 256 words of at
  /// most 160 bytes are about 64 KiB.
  static let rememberedMax = 256

  private struct Search: Hashable {
    var index: ObjectIdentifier
    var word: [UInt8]
  }

  private var steps = Self.stepsMax
  private var rowStepsLeft = Self.stepsPerRowMax
  private var namingHintsLeft = Self.namingHintsPerRowMax
  private var remembered: [Search: NearestIndex.Outcome] = [:]
  private let isUnbounded: Bool
  /// Steps that were taken so far.
  private(set) var stepsTaken = 0

  /// A budget that nothing has been spent of.
  ///
  /// - Parameter isUnbounded: Whether there are always more steps: a deliberate bug, for the tests
  ///   of the bound.
  public init(isUnbounded: Bool = false) { self.isUnbounded = isUnbounded }

  /// Begins a row, of so many bytes since the last one for which this was called.
  mutating func beginRow(addedBytes: UInt64) {
    rowStepsLeft = Self.stepsPerRowMax
    namingHintsLeft = Self.namingHintsPerRowMax
    let room = Self.stepsMax - steps
    steps += min(room, Int(clamping: addedBytes) * Self.stepsPerByte)
  }

  /// Whether one more fault of the row may have a hint with names in it.
  mutating func takeNamingHint() -> Bool {
    if isUnbounded { return true }
    guard namingHintsLeft > 0 else { return false }
    namingHintsLeft -= 1
    return true
  }

  /// Looks for the word that is nearest to one.
  mutating func nearest(to word: [UInt8], in index: NearestIndex) -> NearestIndex.Outcome {
    guard !isUnbounded else {
      var steps = Int.max
      return index.nearest(to: word, steps: &steps)
    }
    guard word.count <= Nearest.wordBytesMax else { return .nothingNear }
    let search = Search(index: ObjectIdentifier(index), word: word)
    if let known = remembered[search] { return known }
    let stepsLeft = min(steps, rowStepsLeft)
    var left = stepsLeft
    let outcome = index.nearest(to: word, steps: &left)
    steps -= stepsLeft - left
    rowStepsLeft -= stepsLeft - left
    stepsTaken += stepsLeft - left
    if outcome != .unknown, remembered.count < Self.rememberedMax { remembered[search] = outcome }
    return outcome
  }
}
