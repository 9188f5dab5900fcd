/// The secret that keys every hash of one opened workspace.
///
/// Drawn anew each time the identity index is built, so that nobody outside can choose keys that
/// collide.
public struct HashSeed: Sendable {
  @usableFromInline let first: UInt64
  @usableFromInline let second: UInt64
  @usableFromInline let third: UInt64
  /// Keeps only these bits of a hash; all of them but in a test that forces collisions.
  @usableFromInline let mask: UInt64

  /// Draws a seed from the system's randomness.
  public init() {
    self.init(first: .random(in: 1 ... .max), second: .random(in: 1 ... .max), mask: .max)
  }

  /// A seed for tests: the same hashes in every run, and collisions at will.
  public init(first: UInt64, second: UInt64, mask: UInt64) {
    self.first = first
    self.second = second
    self.third = first &* 0x9E37_79B9_7F4A_7C15 ^ second
    self.mask = mask
  }
}

/// A fast keyed 64-bit hash of bytes, by folded multiplication.
///
/// Not cryptographic: it finds candidates and tells records apart, with 2^-64 for a chance of
/// error, and its seed never leaves the process.
public enum KeyedHash {
  /// Hashes bytes; never 0, which means "no value" wherever hashes are kept.
  ///
  /// - Parameters:
  ///   - tag: Tells hashes of different fields apart.
  ///   - foldsASCII: Takes `A`-`Z` for `a`-`z`, without a copy.
  @inlinable
  public static func hash(
    _ start: UnsafeRawPointer, count: Int, tag: UInt64, seed: HashSeed, foldsASCII: Bool = false
  ) -> UInt64 {
    var state = seed.first ^ (tag &* 0xD6E8_FEB8_6659_FD93)
    var low: UInt64 = 0
    var high: UInt64 = 0
    if count >= 8 {
      var place = 0
      while place &+ 16 < count {
        let left = unsafe word(start + place, foldsASCII)
        let right = unsafe word(start + place + 8, foldsASCII)
        state = mix(left ^ seed.second, right ^ state)
        place &+= 16
      }
      // The last 16 bytes, or all of them: the two words may overlap.
      low = unsafe word(start + (count > 16 ? count &- 16 : 0), foldsASCII)
      high = unsafe word(start + (count &- 8), foldsASCII)
    } else if count >= 4 {
      low = unsafe half(start, foldsASCII)
      high = unsafe half(start + (count &- 4), foldsASCII)
    } else if count > 0 {
      let first = unsafe UInt64(start.load(as: UInt8.self))
      let middle = unsafe UInt64(start.load(fromByteOffset: count >> 1, as: UInt8.self))
      let last = unsafe UInt64(start.load(fromByteOffset: count &- 1, as: UInt8.self))
      low = fold(first << 16 | middle << 8 | last, foldsASCII)
    }
    let mixed = mix(seed.third ^ UInt64(count), mix(low ^ seed.second, high ^ state)) & seed.mask
    return mixed == 0 ? 1 : mixed
  }

  @inlinable @inline(__always)
  static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  @inlinable @inline(__always)
  static func word(_ start: UnsafeRawPointer, _ foldsASCII: Bool) -> UInt64 {
    fold(unsafe start.loadUnaligned(as: UInt64.self), foldsASCII)
  }

  @inlinable @inline(__always)
  static func half(_ start: UnsafeRawPointer, _ foldsASCII: Bool) -> UInt64 {
    fold(UInt64(unsafe start.loadUnaligned(as: UInt32.self)), foldsASCII)
  }

  /// Turns the ASCII capitals of eight bytes into small letters, and leaves every other byte alone.
  @inlinable @inline(__always)
  static func fold(_ word: UInt64, _ foldsASCII: Bool) -> UInt64 {
    guard foldsASCII else { return word }
    let ones: UInt64 = 0x0101_0101_0101_0101
    let low7 = word & (ones &* 0x7F)
    let fromA = low7 &+ ones &* (0x80 - 0x41)
    let pastZ = low7 &+ ones &* (0x80 - 0x5B)
    let capitals = fromA & ~pastZ & ~word & (ones &* 0x80)
    return word | (capitals >> 2)
  }
}
