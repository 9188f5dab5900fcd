/// What a terminal is not to get: escaped text with its characters put back, for a mutant.
public enum RawText {
  /// The text with each `\u{202E}` as the character that it stands for.
  public static func of(_ escaped: String) -> String {
    var parts = escaped.split(separator: "\\u{", omittingEmptySubsequences: false)[...]
    var text = String(parts.popFirst() ?? "")
    for part in parts {
      guard let end = part.firstIndex(of: "}"), let number = UInt32(part[..<end], radix: 16),
        let scalar = Unicode.Scalar(number)
      else {
        text += "\\u{" + part
        continue
      }
      text.unicodeScalars.append(scalar)
      text += part[part.index(after: end)...]
    }
    return text
  }
}
