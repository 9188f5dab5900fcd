/// Whether a form value is a number in ASCII, such as `-12.5e3`.
///
/// An optional sign, digits with an optional fraction (at least one digit in all, so `.5` and `5.`
/// are numbers), and an optional exponent. No spaces, grouping, hexadecimal, `inf` or `nan`. A
/// number is stored as the text that was sent, so its size has no bound here. Source: Design,
/// "Columns".
public enum NumberRule {
  /// Whether the text is a number.
  ///
  /// - Complexity: O(`text.count`), without allocating.
  public static func accepts(_ text: borrowing Span<UInt8>) -> Bool {
    var offset = skipSign(in: text, from: 0)
    let wholeStart = offset
    offset = skipDigits(in: text, from: offset)
    var digitCount = offset - wholeStart
    if offset < text.count, text[offset] == UInt8(ascii: ".") {
      let end = skipDigits(in: text, from: offset + 1)
      digitCount += end - offset - 1
      offset = end
    }
    guard digitCount > 0 else { return false }
    if offset < text.count, text[offset] | 0x20 == UInt8(ascii: "e") {
      let start = skipSign(in: text, from: offset + 1)
      offset = skipDigits(in: text, from: start)
      guard offset > start else { return false }
    }
    return offset == text.count
  }

  private static func skipSign(in text: borrowing Span<UInt8>, from offset: Int) -> Int {
    guard offset < text.count else { return offset }
    let isSign = text[offset] == UInt8(ascii: "-") || text[offset] == UInt8(ascii: "+")
    return isSign ? offset + 1 : offset
  }

  private static func skipDigits(in text: borrowing Span<UInt8>, from start: Int) -> Int {
    var offset = start
    while offset < text.count, PhoneRule.isDigit(text[offset]) { offset += 1 }
    return offset
  }
}
