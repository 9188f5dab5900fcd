/// What a fault says besides its text: what was found, what is wanted, and the nearest right thing.
///
/// Made only once a rule has rejected a value. A hint may quote a value, so it goes where the value
/// goes: to the caller and the ledger, never to a log. Every hint is short, whatever was sent.
/// Source: Design, "Check".
public enum FaultHint {
  /// The hint for bytes that are not text, in which the fault was found.
  public static func text(_ fault: TextFault, in value: borrowing Span<UInt8>) -> String {
    switch fault {
    case .invalidUTF8(let offset):
      "byte \(offset + 1) is 0x\(hexadecimal(value[offset])), which is not UTF-8; a file in "
        + "Windows-1252 or Latin-1 looks like this; convert it: iconv -f WINDOWS-1252 -t UTF-8"
    case .nul(let offset):
      "byte \(offset + 1) is a NUL character; take it out"
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  /// The hint for a cell of too many bytes; a client may have cut it one byte above the limit.
  public static func tooLong(cellBytes: Int, max: Int) -> String {
    let found = cellBytes == max + 1 ? "more than \(max) bytes" : "\(cellBytes) bytes"
    return "\(found), where at most \(max) are allowed (limits.cellBytes)"
  }

  /// The hint for a row whose cells have too many bytes together.
  public static func tooLong(rowBytes: UInt64, max: Int) -> String {
    "the row has \(rowBytes) bytes, where at most \(max) are allowed (limits.rowBytes)"
  }

  /// The hint for a row with more or fewer cells than there are columns.
  public static func cellCount(found: Int, wanted: Int) -> String {
    let counts =
      "\(found) \(found == 1 ? "cell" : "cells"), \(wanted) \(wanted == 1 ? "column" : "columns")"
    return found < wanted
      ? "\(counts): \(wanted - found) too few"
      : "\(counts): \(found - wanted) too many; in CSV a cell with the delimiter in it needs quotes"
  }

  /// The hint for a required form field, named `form.TYPE.FIELD`, that would have no value.
  public static func requiredField(_ column: String) -> String {
    "\(column) has no value, and must have one once a row sets a field of its form"
  }

  /// The hint for a row that gives no identifier, but may clear one.
  public static func noIdentifier(clears: Bool) -> String {
    clears
      ? "the row clears identifiers and gives none; give one that the member keeps"
      : "email, phone and external_id are blank; give one of them"
  }

  /// The hint for an identifier that strict identity keeps.
  public static func identifierChange(_ column: String, isCleared: Bool) -> String {
    let found = isCleared ? "the cell clears the member's" : "the member has another"
    return "\(found) \(column), and strict identity keeps it; leave the cell blank"
  }

  /// The hint for a slug that is no known label.
  public static func label(_ slug: borrowing Span<UInt8>, known: [String]) -> String {
    var budget = HintBudget()
    return label(slug, known: LabelTable(known), &budget)
  }

  /// The hint for a slug that is no known label; without its nearest one if the budget has no room
  /// for the search.
  static func label(
    _ slug: borrowing Span<UInt8>, known: LabelTable, _ budget: inout HintBudget
  ) -> String {
    guard budget.takeNamingHint() else { return "this is no known label either" }
    let bytes = Excerpt.bytes(slug)
    let found = Excerpt.quoted(bytes)
    let outcome = budget.nearest(to: folded(bytes), in: known.words())
    if case .found(let nearest) = outcome {
      return "\(found) is no known label; did you mean \"\(nearest)\"?"
    }
    guard SlugRule.accepts(bytes.span) else {
      return "\(found) is no label: one is made of a-z, 0-9, _ and -, and has at most "
        + "\(SlugRule.bytesMax) of them"
    }
    if known.slugs.isEmpty { return "there are no labels yet; create \(found) first" }
    return outcome == .unknown
      ? "\(found) is no known label; create it first or correct it"
      : "no known label is like \(found); create it first or correct it"
  }

  /// The hint for a cell that is not true or false.
  public static func boolean(_ value: borrowing Span<UInt8>) -> String {
    let bytes = Excerpt.bytes(value)
    let inner = Array(bytes[BlankRule.trimmed(bytes.span)])
    if inner.count < bytes.count, BooleanRule.value(inner.span) != nil {
      return outerSpace(bytes)
    }
    guard !inner.isEmpty else { return onlySpace }
    let wanted = "\(Excerpt.quoted(inner)) is not true or false; write true, false, 1 or 0"
    return switch String(decoding: inner.map(EmailKey.folded), as: UTF8.self) {
    case "yes", "y", "on", "t", "x", "ja", "oui", "si", "sí": "\(wanted), here probably true"
    case "no", "n", "off", "f", "nein", "non": "\(wanted), here probably false"
    default: wanted
    }
  }
}

extension FaultHint {
  /// The hint for a cell that holds nothing else.
  static let onlySpace = "only white space; leave the cell blank"

  /// The hint for a value that is right but for the white space around it.
  static func outerSpace(_ bytes: [UInt8]) -> String {
    let inner = BlankRule.trimmed(bytes.span)
    let place =
      switch (inner.lowerBound > 0, inner.upperBound < bytes.count) {
      case (true, true): "leading and trailing space"
      case (true, false): "leading space"
      default: "trailing space"
      }
    return "\(place); take it out, or let normalize trim it"
  }

  /// The text in lower case (ASCII letters), without the white space around it.
  static func folded(_ bytes: [UInt8]) -> [UInt8] {
    bytes[BlankRule.trimmed(bytes.span)].map(EmailKey.folded)
  }
}
