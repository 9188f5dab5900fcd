extension FaultHint {
  /// The hint for a value that does not suit the type of its form field; nil for text, which always
  /// does.
  public static func formValue(
    _ value: borrowing Span<UInt8>, type: FormFieldType
  ) -> String? {
    let bytes = Excerpt.bytes(value)
    let inner = Array(bytes[BlankRule.trimmed(bytes.span)])
    if inner.count < bytes.count, FormValueRule.accepts(inner.span, type: type) {
      return outerSpace(bytes)
    }
    return switch type {
    case .text: nil
    case .number: number(inner)
    case .boolean: boolean(value)
    case .date: date(value, today: nil)
    case .email: email(value)
    case .choice(let choices): choice(inner, of: ChoiceTable(choices))
    }
  }

  /// The hint for a value that is none of the choices of its field; without the nearest one if the
  /// budget has no room for the search.
  static func choice(
    _ value: borrowing Span<UInt8>, of choices: ChoiceTable, _ budget: inout HintBudget
  ) -> String {
    guard budget.takeNamingHint() else { return "this is none of the choices either" }
    let bytes = Excerpt.bytes(value)
    let range = BlankRule.trimmed(bytes.span)
    let inner = Array(bytes[range])
    let isOuterSpace =
      unsafe range.count < bytes.count
      && CellBytes.with(inner) {
        unsafe choices.contains($0)
      }
    return isOuterSpace ? outerSpace(bytes) : choice(inner, of: choices, &budget)
  }

  private static func number(_ bytes: [UInt8]) -> String {
    let comma = UInt8(ascii: ",")
    let dotted = bytes.map { $0 == comma ? UInt8(ascii: ".") : $0 }
    let digits = bytes.filter { $0 != comma && $0 != UInt8(ascii: " ") }
    // One comma before three digits may be meant either way.
    let mayGroup = bytes.firstIndex(of: comma).map { bytes.count - $0 == 4 } ?? true
    let likely = [dotted, digits].filter { $0 != bytes && NumberRule.accepts($0.span) }
    let found = Excerpt.quoted(bytes)
    guard let first = likely.first, let last = likely.last else {
      return "\(found) is not a number, such as 12 or -12.5"
    }
    let texts = (mayGroup ? [first, last] : [first]).map { Excerpt.printable($0) }
    return "\(found) has a comma or a space in it; write "
      + (texts.first == texts.last ? texts[0] : texts.joined(separator: " or "))
  }

  private static func choice(_ bytes: [UInt8], of choices: ChoiceTable) -> String {
    var budget = HintBudget()
    return choice(bytes, of: choices, &budget)
  }

  private static func choice(
    _ bytes: [UInt8], of choices: ChoiceTable, _ budget: inout HintBudget
  ) -> String {
    let words = choices.hintWords()
    let found = "\(Excerpt.quoted(bytes)) is none of the choices; "
    let folded = folded(bytes)
    var nearest = words.folded[folded]
    if nearest == nil, case .found(let match) = budget.nearest(to: folded, in: words.index) {
      nearest = match
    }
    guard let nearest else { return found + words.wanted }
    return "\(found)did you mean \(Excerpt.quoted(nearest.utf8))? \(words.wanted)"
  }
}
