/// Which white space around a value is none of it.
///
/// Space, tab, CR and LF, and U+00A0 NO-BREAK SPACE, which web pages and spreadsheets leave behind.
/// Nothing else: other scripts' spaces inside a name may be meant. Source: Design, "Options",
/// "normalise (trim cells ...)".
public enum BlankRule {
  /// The range of the text without the white space at its ends; empty if there is nothing else.
  ///
  /// - Complexity: O(bytes trimmed), without allocating.
  public static func trimmed(_ text: borrowing Span<UInt8>) -> Range<Int> {
    var start = 0
    var end = text.count
    while start < end {
      if isBlank(text[start]) {
        start &+= 1
      } else if end - start > 1, text[start] == 0xC2, text[start &+ 1] == 0xA0 {
        start &+= 2
      } else {
        break
      }
    }
    while start < end {
      if isBlank(text[end &- 1]) {
        end &-= 1
      } else if end - start > 1, text[end &- 1] == 0xA0, text[end &- 2] == 0xC2 {
        end &-= 2
      } else {
        break
      }
    }
    return start..<end
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
    default: false
    }
  }
}
