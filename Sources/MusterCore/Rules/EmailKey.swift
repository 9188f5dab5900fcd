@_spi(_Unicode) internal import Swift

/// The form of an email address by which members are told apart.
///
/// The NFC form, its ASCII letters then folded to lower case; all else is exact. So U+212A KELVIN
/// SIGN, which NFC turns into `K`, ends as `k`, while U+0130 or a capital beyond ASCII stays as it
/// is. Source: Design, "Match".
public enum EmailKey {
  /// Whether the key needs more than folding ASCII letters: any byte is beyond ASCII.
  ///
  /// - Complexity: O(`email.count`), without allocating.
  @inlinable public static func needsNormalization(_ email: borrowing Span<UInt8>) -> Bool {
    if TextRule.isPlainASCII(email) { return false }
    for offset in 0..<email.count where email[offset] >= 0x80 { return true }
    return false
  }

  /// The key of an address; one that is not valid UTF-8 is folded without being normalised.
  ///
  /// - Complexity: O(`email.count`). Allocates: fold in place where ``needsNormalization(_:)`` is
  ///   false.
  public static func make(_ email: borrowing Span<UInt8>) -> [UInt8] {
    var key = [UInt8]()
    key.reserveCapacity(email.count)
    for offset in 0..<email.count { key.append(email[offset]) }
    if needsNormalization(email), let text = String(validating: key, as: UTF8.self) {
      key.removeAll(keepingCapacity: true)
      for scalar in text._nfc { key.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
    }
    for offset in key.indices { key[offset] = folded(key[offset]) }
    return key
  }

  /// Whether two addresses have the same key, so that they are the same email.
  ///
  /// - Complexity: O(`first.count + second.count`); allocates only beyond ASCII.
  public static func equal(
    _ first: borrowing Span<UInt8>, _ second: borrowing Span<UInt8>
  ) -> Bool {
    if needsNormalization(first) || needsNormalization(second) {
      return make(first) == make(second)
    }
    guard first.count == second.count else { return false }
    for offset in 0..<first.count where folded(first[offset]) != folded(second[offset]) {
      return false
    }
    return true
  }

  /// A byte, in lower case if it is an ASCII capital.
  @inlinable public static func folded(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
  }
}
