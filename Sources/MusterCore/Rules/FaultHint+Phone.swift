extension FaultHint {
  /// The hint for a cell that is no phone.
  public static func phone(_ value: borrowing Span<UInt8>) -> String {
    let bytes = Excerpt.bytes(value)
    let inner = Array(bytes[BlankRule.trimmed(bytes.span)])
    guard !inner.isEmpty else { return onlySpace }
    if inner.count < bytes.count, PhoneRule.accepts(inner.span) { return outerSpace(bytes) }
    if isSpreadsheetNumber(inner) {
      return "a spreadsheet turned this phone into \(Excerpt.printable(inner)); "
        + "format the column as text and enter it again"
    }
    if inner.first != UInt8(ascii: "+") { return noPlusHint(inner) }
    let stripped = PhoneRule.strip(inner.span)
    if let stripped, PhoneRule.accepts(stripped.span) {
      return "there are spaces, dashes, dots or brackets inside; write "
        + "\(Excerpt.printable(stripped)), or let normalize take them out"
    }
    return plusHint(stripped ?? inner)
  }

  private static func noPlusHint(_ bytes: [UInt8]) -> String {
    let zeros = Array("00".utf8)
    let international = [UInt8(ascii: "+")] + bytes.dropFirst(zeros.count)
    let phone = PhoneRule.strip(international.span) ?? international
    if bytes.starts(with: zeros), PhoneRule.accepts(phone.span) {
      return "it begins with 00; write + in its place: \(Excerpt.printable(phone))"
    }
    let found = "\(Excerpt.quoted(bytes)) does not begin with +; "
    let prefixed = [UInt8(ascii: "+")] + bytes
    let likely = PhoneRule.strip(prefixed.span) ?? prefixed
    // A country code and a number have 11 digits or more nearly everywhere.
    if likely.count > 11, PhoneRule.accepts(likely.span) {
      return "\(found)if that has its country code, write \(Excerpt.printable(likely))"
    }
    return "\(found)a phone is + and the country code, then the number"
  }

  /// The hint for a phone that starts with `+`, its separators taken out.
  private static func plusHint(_ bytes: [UInt8]) -> String {
    let digits = bytes.dropFirst()
    if digits.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") }) {
      return "there is a comma or semicolon inside; write one phone in a cell"
    }
    if let unwanted = String(decoding: digits, as: UTF8.self).unicodeScalars.first(
      where: { !("0"..."9").contains($0) })
    {
      return "\(Excerpt.quoted(String(unwanted).utf8)) is not a digit; "
        + "a phone has nothing but digits after the +"
    }
    if digits.first == UInt8(ascii: "0") {
      return "there is a 0 after the +; no country code begins with 0"
    }
    let wanted = PhoneRule.digitCounts
    return "\(digits.count) \(digits.count == 1 ? "digit" : "digits"), where a phone has "
      + "\(wanted.lowerBound) to \(wanted.upperBound)"
  }

  /// Whether a phone was shown as a number: `4.41E+11`, `4,41E+11`, or `15551234567.0`.
  private static func isSpreadsheetNumber(_ bytes: [UInt8]) -> Bool {
    let number = bytes.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }
    guard NumberRule.accepts(number.span) else { return false }
    let isShortened = number.contains { $0 | 0x20 == UInt8(ascii: "e") }
    return isShortened || number.suffix(2) == [UInt8(ascii: "."), UInt8(ascii: "0")]
  }
}
