/// The labels of one cell, brought into byte order, each once.
@safe struct LabelRanks {
  private let start: UnsafeMutablePointer<UInt8>
  private let count: Int
  private var ranks: [Int32] = []
  /// The text so far is itself the canonical one: ascending slugs with one comma between.
  private var isCanonical = true
  private var end = 0
  private var last: Int32 = -1
  private var slugCount = 0

  init(start: UnsafeMutablePointer<UInt8>, count: Int) {
    unsafe self.start = unsafe start
    self.count = count
  }

  /// Adds a known label found at a place in the cell.
  mutating func add(_ rank: Int, at range: Range<Int>) {
    let rank = Int32(rank)
    let follows =
      unsafe slugCount == 0
      ? range.lowerBound == 0
      : range.lowerBound == end + 1 && start[end] == UInt8(ascii: ",")
    if isCanonical, !follows || rank <= last { isCanonical = false }
    ranks.append(rank)
    last = rank
    end = range.upperBound
    slugCount += 1
  }

  /// The slugs joined by commas: the cell's own bytes where they are that already.
  func canonical(_ labels: LabelTable, in scratch: ByteScratch) -> CellBytes {
    guard slugCount > 0 else { return unsafe .blank }
    if isCanonical, end == count {
      return unsafe CellBytes(count: count, start: start)
    }
    var text: [UInt8] = []
    var previous: Int32 = -1
    for rank in ranks.sorted() where rank != previous {
      if !text.isEmpty { text.append(UInt8(ascii: ",")) }
      text.append(contentsOf: labels.slugs[Int(rank)].utf8)
      previous = rank
    }
    return unsafe scratch.copy(text)
  }
}
