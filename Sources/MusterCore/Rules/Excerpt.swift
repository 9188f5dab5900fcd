/// A part of what a caller sent, short and printable (``VisibleText``), for a message to people.
enum Excerpt {
  /// Characters that a message quotes of one value.
  static let charactersMax = 48
  /// Bytes that a cold path looks at.
  static let bytesMax = 1024

  /// The first bytes of a text as an array, at most ``bytesMax``.
  static func bytes(_ text: borrowing Span<UInt8>) -> [UInt8] {
    var bytes = [UInt8]()
    bytes.reserveCapacity(min(text.count, bytesMax))
    for offset in 0..<min(text.count, bytesMax) { bytes.append(text[offset]) }
    return bytes
  }

  /// The text in double quotes, its invisible characters as `\u{7}`, cut with an ellipsis if it is
  /// long.
  static func quoted(_ bytes: some Collection<UInt8>) -> String {
    "\"\(printable(bytes))\""
  }

  /// The text with its invisible characters as `\u{7}`, cut with an ellipsis if it is long.
  static func printable(_ bytes: some Collection<UInt8>) -> String {
    let scalars = String(decoding: bytes.prefix(bytesMax), as: UTF8.self).unicodeScalars
    var text = ""
    for scalar in scalars.prefix(charactersMax) {
      if VisibleText.isVisible(scalar) {
        text.unicodeScalars.append(scalar)
      } else {
        text += VisibleText.escape(scalar)
      }
    }
    return scalars.count > charactersMax ? text + "…" : text
  }

  /// The scalar as `U+00A0`.
  static func codePoint(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
