/// The physical line on which each row begins.
///
/// Rows are stored in blocks. A block whose lines are evenly spaced, as in a file without quoted
/// newlines, takes a few bytes in all; any other takes about a byte a row.
struct LineMap {
  private struct Block {
    var firstLine: Int
    /// Lines between two rows; 0 for a block that is not even.
    var step: Int
    /// Where the block's steps begin in ``steps``.
    var start: Int
  }

  private var blocks: [Block] = []
  /// The steps of uneven blocks, in seven bits a byte, the lowest first; the high bit says that
  /// more follow.
  private var steps: [UInt8] = []
  /// The lines of the block that is not full yet.
  private var open: [Int] = []

  /// Bytes that the map takes, about.
  var byteCount: Int {
    blocks.count * MemoryLayout<Block>.stride + steps.count
      + open.count * MemoryLayout<Int>.stride
  }

  /// How many rows were added.
  var rowCount: Int { blocks.count * CommandBounds.lineBlockRows + open.count }

  /// Adds the next row.
  mutating func append(_ line: Int) {
    open.append(line)
    if open.count == CommandBounds.lineBlockRows { seal() }
  }

  /// The line of a row, counted from 0; nil for a row that was never added.
  ///
  /// - Complexity: O(rows of a block) at most.
  func line(ofRow row: Int) -> Int? {
    let (number, place) = row.quotientAndRemainder(dividingBy: CommandBounds.lineBlockRows)
    guard row >= 0, number < blocks.count else {
      return number == blocks.count && place < open.count && place >= 0 ? open[place] : nil
    }
    let block = blocks[number]
    if block.step > 0 { return block.firstLine + place * block.step }
    var line = block.firstLine
    var at = block.start
    for _ in 0..<place { line += step(&at) }
    return line
  }

  private mutating func seal() {
    let step = open[1] - open[0]
    let isEven = step > 0 && open.indices.dropFirst().allSatisfy { open[$0] - open[$0 - 1] == step }
    blocks.append(
      Block(firstLine: open[0], step: isEven ? step : 0, start: steps.count))
    if !isEven {
      for place in open.indices.dropFirst() { add(step: open[place] - open[place - 1]) }
    }
    open.removeAll(keepingCapacity: true)
  }

  private mutating func add(step: Int) {
    var rest = step
    while rest >= 0x80 {
      steps.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    steps.append(UInt8(rest))
  }

  private func step(_ at: inout Int) -> Int {
    var step = 0
    var shift = 0
    while true {
      let byte = steps[at]
      at += 1
      step |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return step }
      shift += 7
    }
  }
}
