/// What the rows of an import were, in 64 bits: equal for the same cells in the same order, however
/// they were cut into chunks.
///
/// Its seed is fixed, because it is kept with the import and compared after a restart. It tells a
/// mistake (other rows under an id that is taken) with 2^-64 for a chance of error; it is no proof
/// against somebody who makes rows to match.
public struct RowDigest: Sendable, Equatable {
  /// The digest as a number, to be stored.
  public private(set) var value: UInt64

  /// The digest of no rows.
  public init() { value = 0x6D75_7374_6572_0001 }

  /// A digest that was stored.
  public init(value: UInt64) { self.value = value }

  private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let second: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let third: UInt64 = 0x1656_67B1_9E37_79F9
  private static let fourth: UInt64 = 0xD6E8_FEB8_6659_FD93

  /// Adds the next row.
  ///
  /// The cells of a row are hashed side by side, and only rows one after another.
  /// - Complexity: O(bytes), about 2 ns for a cell of up to 16 bytes.
  @inline(__always)
  public mutating func add(_ cells: UnsafeBufferPointer<CellBytes>) {
    var sum: UInt64 = 0
    var key = Self.first
    for place in 0..<cells.count {
      sum &+= unsafe Self.hash(cells[place], key: key)
      key &+= Self.fourth
    }
    value = KeyedHash.mix(value ^ sum, Self.third &+ UInt64(cells.count))
  }

  @inline(__always)
  private static func hash(_ cell: CellBytes, key: UInt64) -> UInt64 {
    let count = unsafe cell.count
    guard count > 0, let start = unsafe UnsafeRawPointer(cell.start) else { return key }
    var state = key
    var low: UInt64 = 0
    var high: UInt64 = 0
    if count >= 8 {
      var place = 0
      while place &+ 16 < count {
        let left = unsafe KeyedHash.word(start + place, false)
        let right = unsafe KeyedHash.word(start + place + 8, false)
        state = KeyedHash.mix(left ^ second, right ^ state)
        place &+= 16
      }
      // The last 16 bytes, or all of them: the two words may overlap.
      low = unsafe KeyedHash.word(start + (count > 16 ? count &- 16 : 0), false)
      high = unsafe KeyedHash.word(start + (count &- 8), false)
    } else if count >= 4 {
      low = unsafe KeyedHash.half(start, false)
      high = unsafe KeyedHash.half(start + (count &- 4), false)
    } else {
      let middle = unsafe UInt64(start.load(fromByteOffset: count >> 1, as: UInt8.self))
      let last = unsafe UInt64(start.load(fromByteOffset: count &- 1, as: UInt8.self))
      low = unsafe UInt64(start.load(as: UInt8.self)) << 16 | middle << 8 | last
    }
    return KeyedHash.mix(low ^ second ^ UInt64(count) &* fourth, high ^ state)
  }
}
