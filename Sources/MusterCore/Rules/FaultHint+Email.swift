extension FaultHint {
  /// The hint for a cell that is no email address; nil if nothing is known but that.
  public static func email(_ value: borrowing Span<UInt8>) -> String? {
    let bytes = Excerpt.bytes(value)
    let inner = Array(bytes[BlankRule.trimmed(bytes.span)])
    guard !inner.isEmpty else { return onlySpace }
    if inner.count < bytes.count, EmailRule.accepts(inner.span) { return outerSpace(bytes) }
    if let hint = wrappedEmail(inner) ?? signHint(inner) { return hint }
    guard value.count <= EmailRule.bytesMax else {
      return "\(value.count) bytes, where an email has at most \(EmailRule.bytesMax)"
    }
    let parts = inner.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard let local = parts.first, let domain = parts.last else { return nil }
    let hint = unwantedCharacter(inner) ?? localHint(Array(local)) ?? domainHint(Array(domain))
    guard let hint, let likely = likely(local, domain) else { return hint }
    return "\(hint); perhaps \(Excerpt.printable(likely)) was meant"
  }

  /// The address that is left once stray dots, the spaces around dots and the @, and a comma for a
  /// dot are put right; a space between letters may stand for anything.
  private static func likely(_ local: ArraySlice<UInt8>, _ domain: ArraySlice<UInt8>) -> [UInt8]? {
    let dot = UInt8(ascii: ".")
    let parts = [local, domain.map { $0 == UInt8(ascii: ",") ? dot : $0 }[...]].map { part in
      part.split(separator: dot).map(Array.init).map { $0[BlankRule.trimmed($0.span)] }
        .joined(separator: [dot])
    }
    let email = Array(parts.joined(separator: [UInt8(ascii: "@")]))
    return EmailRule.accepts(email.span) ? email : nil
  }

  /// The hint for an address inside a display name or a link.
  private static func wrappedEmail(_ bytes: [UInt8]) -> String? {
    if let start = bytes.firstIndex(of: UInt8(ascii: "<")) {
      let address = Array(bytes[(start + 1)...].prefix { $0 != UInt8(ascii: ">") })
      return "there is a name or < > around the address; \(alone(address))"
    }
    let scheme = Array("mailto:".utf8)
    guard bytes.prefix(scheme.count).map(EmailKey.folded) == scheme else { return nil }
    return "there is mailto: before the address; \(alone(Array(bytes.dropFirst(scheme.count))))"
  }

  private static func alone(_ address: [UInt8]) -> String {
    EmailRule.accepts(address.span)
      ? "write \(Excerpt.printable(address)) alone" : "write the address alone"
  }

  private static let example = "an email looks like name@example.org"

  private static func signHint(_ bytes: [UInt8]) -> String? {
    let count = bytes.count { $0 == UInt8(ascii: "@") }
    if count == 1 { return nil }
    if count == 0 { return "there is no @; \(example)" }
    let isList = bytes.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") }
    return isList
      ? "there are \(count) addresses; write one in a cell"
      : "there are \(count) @, where an email has one"
  }

  /// The hint for white space of any script and for controls.
  private static func unwantedCharacter(_ bytes: [UInt8]) -> String? {
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if scalar == " " { return "there is a space inside; an email has none" }
      if scalar.properties.generalCategory == .control {
        return "there is a control character inside (\(Excerpt.codePoint(scalar))); take it out"
      }
      if scalar.properties.isWhitespace {
        return "there is white space inside (\(Excerpt.codePoint(scalar))); take it out"
      }
    }
    return nil
  }

  private static func localHint(_ local: [UInt8]) -> String? {
    let place = "before the @"
    if local.isEmpty { return "there is nothing \(place); \(example)" }
    if local.count > EmailRule.localBytesMax {
      return "\(local.count) bytes \(place), where at most \(EmailRule.localBytesMax) are allowed"
    }
    if local.first == UInt8(ascii: "\"") {
      return "there are quotes \(place); write the address without them"
    }
    if let hint = dotHint(local, part: "the part \(place)") { return hint }
    let unwanted = local.first { $0 < 0x80 && $0 != 0x2E && !EmailRule.isAtomText($0) }
    return unwanted.map { "the character \(Excerpt.quoted([$0])) is not allowed \(place)" }
  }

  private static func domainHint(_ domain: [UInt8]) -> String? {
    if domain.isEmpty { return "there is nothing after the @; \(example)" }
    if domain.first == UInt8(ascii: "[") {
      return "the domain is an address in brackets; write its name, such as example.org"
    }
    if let hint = dotHint(domain, part: "the domain") { return hint }
    let unwanted = domain.first { $0 < 0x80 && $0 != 0x2E && !EmailRule.isLabelText($0) }
    if let unwanted {
      return "the character \(Excerpt.quoted([unwanted])) is not allowed in a domain"
    }
    let labels = domain.split(separator: UInt8(ascii: "."))
    if labels.count < 2 {
      return "the domain \(Excerpt.quoted(domain)) has no dot; a domain looks like example.org"
    }
    if labels.contains(where: { $0.count > EmailRule.labelBytesMax }) {
      return "a part of the domain has more than \(EmailRule.labelBytesMax) bytes"
    }
    let hyphen = UInt8(ascii: "-")
    guard labels.contains(where: { $0.first == hyphen || $0.last == hyphen }) else { return nil }
    return "a part of the domain begins or ends with a hyphen"
  }

  private static func dotHint(_ bytes: [UInt8], part: String) -> String? {
    let dot = UInt8(ascii: ".")
    if bytes.first == dot { return "\(part) begins with a dot" }
    if bytes.last == dot { return "\(part) ends with a dot" }
    let isDoubled = zip(bytes, bytes.dropFirst()).contains { $0 == dot && $1 == dot }
    return isDoubled ? "\(part) has two dots in a row" : nil
  }
}
