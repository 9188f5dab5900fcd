/// Finds the bytes that mean something, 64 at a time.
///
/// The answer is one bit a byte, the lowest for the first byte: set for the delimiter, a quote, CR
/// and LF. Whether such a byte is text (inside quotes, say) is for the reader to decide.
///
/// Eight bytes are compared at once in a plain 64-bit word: Swift's own SIMD comparisons compile to
/// a loop over the lanes, which is ten times slower.
struct CSVMarks: Sendable {
  static let blockBytes = 64

  private let delimiter: UInt8
  /// The delimiter in every byte: its high bit and its low seven apart.
  private let delimiterHigh: UInt64
  private let delimiterLow: UInt64

  init(delimiter: UInt8) {
    self.delimiter = delimiter
    self.delimiterHigh = Self.everyByte(delimiter & 0x80)
    self.delimiterLow = Self.everyByte(delimiter & 0x7F)
  }

  /// The marks of a whole block.
  @inline(__always)
  func block(at base: UnsafePointer<UInt8>) -> UInt64 {
    let start = unsafe UnsafeRawPointer(base)
    // Bit 8j + k is the mark of byte j of word k; the block wants it at 8k + j.
    var bits: UInt64 = 0
    unsafe bits |= unmarked(start, word: 0) >> 7
    unsafe bits |= unmarked(start, word: 1) >> 6
    unsafe bits |= unmarked(start, word: 2) >> 5
    unsafe bits |= unmarked(start, word: 3) >> 4
    unsafe bits |= unmarked(start, word: 4) >> 3
    unsafe bits |= unmarked(start, word: 5) >> 2
    unsafe bits |= unmarked(start, word: 6) >> 1
    unsafe bits |= unmarked(start, word: 7)
    return ~Self.transposed(bits)
  }

  /// The marks of fewer bytes than a block has: the end of a piece.
  @inline(never)
  func tail(at base: UnsafePointer<UInt8>, count: Int) -> UInt64 {
    var marks: UInt64 = 0
    for index in 0..<count {
      if unsafe isMark(base[index]) { marks |= 1 << UInt64(index) }
    }
    return marks
  }

  /// Whether any of some bytes is marked.
  func isAny(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let base = bytes.baseAddress else { return false }
    let start = unsafe UnsafeRawPointer(base)
    var position = 0
    while bytes.count &- position >= 8 {
      if unsafe unmarked(start + position, word: 0) != Self.everyByte(0x80) { return true }
      position &+= 8
    }
    while position < bytes.count {
      if unsafe isMark(base[position]) { return true }
      position &+= 1
    }
    return false
  }

  @inline(__always)
  private func isMark(_ byte: UInt8) -> Bool {
    byte == delimiter || !CSVBytes.canDelimit(byte)
  }

  /// The high bit of every byte of a word that is not marked.
  ///
  /// A byte of seven bits plus 0x7F has its high bit set unless it was zero, and never carries.
  @inline(__always)
  private func unmarked(_ start: UnsafeRawPointer, word: Int) -> UInt64 {
    let loaded = unsafe start.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
    let bytes = UInt64(littleEndian: loaded)
    let low = bytes & Self.everyByte(0x7F)
    let quote = (low ^ Self.everyByte(CSVBytes.quote)) &+ Self.everyByte(0x7F)
    let lineFeed = (low ^ Self.everyByte(CSVBytes.lineFeed)) &+ Self.everyByte(0x7F)
    let carriageReturn = (low ^ Self.everyByte(CSVBytes.carriageReturn)) &+ Self.everyByte(0x7F)
    let delimiters = ((low ^ delimiterLow) &+ Self.everyByte(0x7F)) | (bytes ^ delimiterHigh)
    let others = (quote & lineFeed & carriageReturn) | bytes
    return others & delimiters & Self.everyByte(0x80)
  }

  @inline(__always)
  private static func everyByte(_ byte: UInt8) -> UInt64 {
    UInt64(byte) &* 0x0101_0101_0101_0101
  }

  /// Swaps the rows and columns of eight by eight bits, in blocks of one, two and four.
  @inline(__always)
  private static func transposed(_ bits: UInt64) -> UInt64 {
    var bits = bits
    var moved = (bits ^ (bits >> 7)) & 0x00AA_00AA_00AA_00AA
    bits ^= moved ^ (moved << 7)
    moved = (bits ^ (bits >> 14)) & 0x0000_CCCC_0000_CCCC
    bits ^= moved ^ (moved << 14)
    moved = (bits ^ (bits >> 28)) & 0x0000_0000_F0F0_F0F0
    return bits ^ moved ^ (moved << 28)
  }
}
