/// Text as a terminal may show it: what it would obey, or would not show, is escaped as `\u{202E}`.
///
/// Escaped are controls (C0, DEL, C1), whatever changes the direction of writing, line and
/// paragraph separators, whatever is not seen (zero-width characters, joiners, variation selectors,
/// tags, fillers), and what has no meaning of its own (private use, unassigned). Joiners are
/// letters of some scripts and of some emoji: there, too, they are escaped, so that two texts which
/// look alike are alike. Bytes that are no UTF-8 become `\x{FF}`. A backslash stays as it is.
package enum VisibleText {
  /// The text with its invisible characters escaped.
  ///
  /// - Complexity: O(n), and a copy of nothing where nothing is escaped.
  package static func escaped(_ text: String) -> String {
    if text.utf8.allSatisfy(isPlain) { return text }
    var result = ""
    for scalar in text.unicodeScalars { append(scalar, to: &result) }
    return result
  }

  /// The text of bytes with its invisible characters escaped, and the bytes that are no UTF-8.
  package static func escaped(bytes: some Collection<UInt8>) -> String {
    if bytes.allSatisfy(isPlain) { return String(decoding: bytes, as: UTF8.self) }
    var result = ""
    var decoder = UTF8()
    var start = bytes.startIndex
    while start != bytes.endIndex {
      var rest = bytes[start...].makeIterator()
      decoder = UTF8()
      if case .scalarValue(let scalar) = decoder.decode(&rest) {
        append(scalar, to: &result)
        start = bytes.index(start, offsetBy: UTF8.width(scalar))
      } else {
        result += "\\x{\(hexadecimal(UInt32(bytes[start])))}"
        start = bytes.index(after: start)
      }
    }
    return result
  }

  /// Whether a terminal shows the character as itself.
  package static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
    // A braille cell without a dot.
    if scalar.value == 0x2800 { return false }
    let properties = scalar.properties
    return switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      false
    default: !properties.isDefaultIgnorableCodePoint
    }
  }

  /// The character as `\u{202E}`.
  package static func escape(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(hexadecimal(scalar.value))}"
  }

  private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
    if isVisible(scalar) { text.unicodeScalars.append(scalar) } else { text += escape(scalar) }
  }

  private static func hexadecimal(_ number: UInt32) -> String {
    String(number, radix: 16, uppercase: true)
  }

  private static func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }
}
