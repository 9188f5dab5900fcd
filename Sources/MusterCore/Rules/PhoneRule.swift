/// Whether a cell is a phone in E.164: `+`, a digit 1-9, then 6 to 14 digits, and nothing else.
///
/// Source: Design, "Columns"; ITU-T E.164 (at most 15 digits).
public enum PhoneRule {
  /// The digits that a phone may have.
  public static let digitCounts = 7...15

  /// Whether the text is a phone.
  ///
  /// - Complexity: O(1), since the length is checked first.
  public static func accepts(_ text: borrowing Span<UInt8>) -> Bool {
    guard digitCounts.contains(text.count &- 1), text[0] == UInt8(ascii: "+") else { return false }
    guard text[1] != UInt8(ascii: "0") else { return false }
    for offset in 1..<text.count where !isDigit(text[offset]) { return false }
    return true
  }

  /// The phone without its spaces, dashes, dots and brackets, or nil if it stays as it is.
  ///
  /// Only text that begins with `+` is touched. Besides ASCII, the no-break spaces U+00A0 and
  /// U+202F and the dashes U+2010...U+2015 go, which word processors put in. Whether the rest is a
  /// phone is for ``accepts(_:)`` to say. Source: Design, "Columns".
  /// - Complexity: O(`text.count`); allocates only if something is removed.
  public static func strip(_ text: borrowing Span<UInt8>) -> [UInt8]? {
    guard text.count > 0, text[0] == UInt8(ascii: "+") else { return nil }
    var offset = 0
    while offset < text.count, separatorLength(in: text, at: offset) == 0 { offset += 1 }
    guard offset < text.count else { return nil }
    var phone = [UInt8]()
    phone.reserveCapacity(text.count)
    for kept in 0..<offset { phone.append(text[kept]) }
    while offset < text.count {
      let length = separatorLength(in: text, at: offset)
      if length == 0 { phone.append(text[offset]) }
      offset += max(length, 1)
    }
    return phone
  }

  /// The bytes of the separator that begins at the offset; 0 when none does.
  private static func separatorLength(in text: borrowing Span<UInt8>, at offset: Int) -> Int {
    let left = text.count - offset
    switch text[offset] {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "-"), UInt8(ascii: "."): return 1
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"): return 1
    case 0xC2: return left > 1 && text[offset + 1] == 0xA0 ? 2 : 0
    case 0xE2:
      guard left > 2, text[offset + 1] == 0x80 else { return 0 }
      let third = text[offset + 2]
      return (0x90...0x95).contains(third) || third == 0xAF ? 3 : 0
    default: return 0
    }
  }

  /// Whether a byte is an ASCII digit.
  static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
