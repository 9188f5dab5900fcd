/// Whether a text is a slug, the name of a label, role, form, field or workspace.
///
/// `[a-z0-9][a-z0-9_-]{0,63}`. Source: Design, "Columns".
public enum SlugRule {
  /// Bytes of a slug.
  public static let bytesMax = 64

  /// Whether the text is a slug.
  ///
  /// - Complexity: O(1), since the length is checked first.
  public static func accepts(_ text: borrowing Span<UInt8>) -> Bool {
    guard text.count >= 1, text.count <= bytesMax, isFirst(text[0]) else { return false }
    for offset in 1..<text.count {
      let byte = text[offset]
      let isRest = isFirst(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      guard isRest else { return false }
    }
    return true
  }

  /// Whether the string is a slug.
  public static func accepts(_ text: String) -> Bool { accepts(text.utf8.span) }

  /// Whether a byte may begin a slug: a lower-case ASCII letter or a digit.
  private static func isFirst(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "a") < 26 || PhoneRule.isDigit(byte)
  }
}
