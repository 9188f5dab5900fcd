/// Whether a cell is an email address that Muster takes.
///
/// A dot-atom local part of up to 64 bytes, `@`, and a domain of two or more labels of letters,
/// digits and inner hyphens, up to 63 bytes each; 254 bytes in all. Either part may hold UTF-8
/// beyond ASCII, but no white space or control character of any script. No quoted form, display
/// name or address literal.
///
/// Source: Design, "Email"; RFC 5322 3.2.3 (dot-atom), RFC 1035 2.3.1 and RFC 1123 2.1 (labels),
/// RFC 5321 4.5.3.1 (lengths), RFC 6532 (UTF-8).
public enum EmailRule {
  /// Bytes of a whole address.
  public static let bytesMax = 254
  /// Bytes before the `@`.
  public static let localBytesMax = 64
  /// Bytes of one label of the domain.
  public static let labelBytesMax = 63

  /// Whether the text, which the caller knows to be valid UTF-8, is an address.
  ///
  /// - Complexity: O(`text.count`), bounded by ``bytesMax``, without allocating.
  public static func accepts(_ text: borrowing Span<UInt8>) -> Bool {
    guard text.count <= bytesMax else { return false }
    let localEnd = localPartEnd(in: text)
    return localEnd > 0 && acceptsDomain(of: text, from: localEnd + 1)
  }

  /// Where the `@` after an acceptable local part stands; 0 when there is none.
  private static func localPartEnd(in text: borrowing Span<UInt8>) -> Int {
    let end = min(text.count, localBytesMax + 1)
    var offset = 0
    var wantsAtom = true
    while offset < end {
      let byte = text[offset]
      if byte == UInt8(ascii: "@") { return wantsAtom ? 0 : offset }
      if byte == UInt8(ascii: ".") {
        guard !wantsAtom else { return 0 }
        wantsAtom = true
        offset &+= 1
        continue
      }
      let length = byte < 0x80 ? (isAtomText(byte) ? 1 : 0) : wideLength(in: text, at: offset)
      guard length > 0 else { return 0 }
      wantsAtom = false
      offset &+= length
    }
    return 0
  }

  private static func acceptsDomain(of text: borrowing Span<UInt8>, from start: Int) -> Bool {
    var labelStart = start
    var labelCount = 0
    var offset = start
    while offset < text.count {
      let byte = text[offset]
      if byte == UInt8(ascii: ".") {
        guard acceptsLabel(of: text, from: labelStart, to: offset) else { return false }
        labelCount &+= 1
        offset &+= 1
        labelStart = offset
        continue
      }
      let length = byte < 0x80 ? (isLabelText(byte) ? 1 : 0) : wideLength(in: text, at: offset)
      guard length > 0 else { return false }
      offset &+= length
    }
    return labelCount > 0 && acceptsLabel(of: text, from: labelStart, to: offset)
  }

  /// Whether a label has an acceptable length and no hyphen at either end.
  private static func acceptsLabel(
    of text: borrowing Span<UInt8>, from start: Int, to end: Int
  ) -> Bool {
    let count = end &- start
    guard count > 0, count <= labelBytesMax else { return false }
    return text[start] != UInt8(ascii: "-") && text[end &- 1] != UInt8(ascii: "-")
  }
}

extension EmailRule {
  /// Whether an ASCII byte is `atext`: a letter, a digit or one of ``!#$%&'*+-/=?^_`{|}~``.
  static func isAtomText(_ byte: UInt8) -> Bool {
    has(byte, low: 0xA3FF_ACFA_0000_0000, high: 0x7FFF_FFFF_C7FF_FFFE)
  }

  /// Whether an ASCII byte is a letter, a digit or a hyphen.
  static func isLabelText(_ byte: UInt8) -> Bool {
    has(byte, low: 0x03FF_2000_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
  }

  /// Whether the bit of an ASCII byte is set in a set of 128 bits.
  private static func has(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
    (byte < 64 ? low : high) &>> UInt64(byte & 63) & 1 == 1
  }

  /// The bytes of the scalar beyond ASCII at the offset; 0 for white space, a control or no scalar.
  ///
  /// The white space beyond ASCII is U+0085, U+00A0, U+1680, U+2000...U+200A, U+2028, U+2029,
  /// U+202F, U+205F and U+3000 (White_Space in PropList.txt); the controls are U+0080...U+009F.
  static func wideLength(in text: borrowing Span<UInt8>, at offset: Int) -> Int {
    let length = TextRule.scalarLength(in: text, at: offset)
    guard length == 2 || length == 3 else { return length }
    let second = text[offset + 1]
    if length == 2 { return text[offset] == 0xC2 && second <= 0xA0 ? 0 : 2 }
    let third = text[offset + 2]
    let isSpace =
      switch (text[offset], second) {
      case (0xE1, 0x9A), (0xE3, 0x80): third == 0x80
      case (0xE2, 0x80): third <= 0x8A || third == 0xA8 || third == 0xA9 || third == 0xAF
      case (0xE2, 0x81): third == 0x9F
      default: false
      }
    return isSpace ? 0 : 3
  }
}
