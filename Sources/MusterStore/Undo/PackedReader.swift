internal import MusterCore

/// Reads numbers and runs of bytes, one after the other, out of what ``UndoPacker`` packed.
///
/// - Throws: Each of its reads `RecordDamage` if the bytes end before.
struct PackedReader {
  private let bytes: [UInt8]
  /// Where the next read begins.
  private(set) var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether all has been read.
  var isAtEnd: Bool { place == bytes.count }
  /// Bytes that have not been read.
  var remainingCount: Int { bytes.count - place }

  mutating func byte() throws(RecordDamage) -> UInt8 {
    guard place < bytes.count else { throw RecordDamage() }
    place += 1
    return bytes[place - 1]
  }

  /// A number in groups of seven bits, the lowest first.
  mutating func varint() throws(RecordDamage) -> UInt64 {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 63, by: 7) {
      let byte = try byte()
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
    }
    throw RecordDamage()
  }

  /// A number that must fit into 32 bits.
  mutating func number() throws(RecordDamage) -> UInt32 {
    guard let number = UInt32(exactly: try varint()) else { throw RecordDamage() }
    return number
  }

  mutating func take(_ count: UInt64) throws(RecordDamage) -> [UInt8] {
    let start = place
    try skip(count)
    return Array(bytes[start..<place])
  }

  mutating func skip(_ count: UInt64) throws(RecordDamage) {
    guard count <= UInt64(remainingCount) else { throw RecordDamage() }
    place += Int(count)
  }
}
