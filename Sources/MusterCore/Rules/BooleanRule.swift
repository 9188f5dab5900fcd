/// The value of a cell that is true or false: `true`, `false` in any letter case, `1` or `0`.
///
/// Source: Design, "Columns".
public enum BooleanRule {
  /// The value that the text names, or nil if it names none.
  ///
  /// - Complexity: O(1), without allocating.
  public static func value(_ text: borrowing Span<UInt8>) -> Bool? {
    switch text.count {
    case 1: digit(text[0])
    case 4 where word(text, 0..<4) == 0x7472_7565: true  // "true"
    case 5 where word(text, 0..<4) == 0x6661_6C73 && EmailKey.folded(text[4]) == 0x65: false
    default: nil
    }
  }

  private static func digit(_ byte: UInt8) -> Bool? {
    switch byte {
    case UInt8(ascii: "1"): true
    case UInt8(ascii: "0"): false
    default: nil
    }
  }

  /// Four bytes as a big-endian number, their ASCII letters in lower case.
  private static func word(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt32 {
    var word: UInt32 = 0
    for offset in range { word = word &<< 8 | UInt32(EmailKey.folded(text[offset])) }
    return word
  }
}
