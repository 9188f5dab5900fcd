/// A 128-bit fingerprint of a stream of bytes, the same however the stream is cut into pieces.
///
/// Two 64-bit lanes of folded multiplication, seeded apart, take 16 bytes a step; the end takes the
/// padded rest and the length. It tells files apart by chance, not against an adversary.
struct CSVDigest {
  private static let stepBytes = 16

  private var first: UInt64 = 0x243F_6A88_85A3_08D3
  private var second: UInt64 = 0x1319_8A2E_0370_7344
  private(set) var byteCount: UInt64 = 0
  private var rest: (low: UInt64, high: UInt64) = (0, 0)
  private var restCount = 0

  /// Takes the next bytes of the stream.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount += UInt64(bytes.count)
    var position = 0
    while restCount > 0 && position < bytes.count {
      unsafe keep(bytes[position])
      position += 1
    }
    var (first, second) = (first, second)
    while bytes.count &- position >= Self.stepBytes {
      let low = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      let high = unsafe bytes.loadUnaligned(fromByteOffset: position &+ 8, as: UInt64.self)
      Self.mix(&first, &second, UInt64(littleEndian: low), UInt64(littleEndian: high))
      position &+= Self.stepBytes
    }
    (self.first, self.second) = (first, second)
    while position < bytes.count {
      unsafe keep(bytes[position])
      position += 1
    }
  }

  /// The fingerprint of all bytes taken, as 32 hexadecimal digits.
  func hexadecimal() -> String {
    var (first, second) = (first, second)
    Self.mix(&first, &second, rest.low, rest.high)
    Self.mix(&first, &second, byteCount, 0xA409_3822_299F_31D0)
    Self.mix(&first, &second, second, first)
    return Self.hexadecimal(first) + Self.hexadecimal(second)
  }

  /// Keeps a byte of a step that is not full yet.
  private mutating func keep(_ byte: UInt8) {
    let shift = UInt64(restCount % 8) * 8
    if restCount < 8 {
      rest.low |= UInt64(byte) << shift
    } else {
      rest.high |= UInt64(byte) << shift
    }
    restCount += 1
    guard restCount == Self.stepBytes else { return }
    Self.mix(&first, &second, rest.low, rest.high)
    rest = (0, 0)
    restCount = 0
  }

  /// One step. The sum with the turned lane keeps what came before if a product is zero.
  @inline(__always)
  private static func mix(
    _ first: inout UInt64, _ second: inout UInt64, _ low: UInt64, _ high: UInt64
  ) {
    first = fold(first ^ low, high ^ 0x9E37_79B9_7F4A_7C15) &+ (first << 23 | first >> 41)
    second = fold(second ^ high, low ^ 0xD1B5_4A32_D192_ED03) &+ (second << 37 | second >> 27)
  }

  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
