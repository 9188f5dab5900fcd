/// Whether a value suits the type of its form field.
///
/// Source: Design, "Columns". A form date may lie in the future; a choice is compared
/// exactly.
public enum FormValueRule {
  /// Whether the value, valid UTF-8 and not blank, is one of the type.
  ///
  /// - Complexity: O(`value.count`), for a choice times the number of choices; without allocating.
  public static func accepts(_ value: borrowing Span<UInt8>, type: FormFieldType) -> Bool {
    switch type {
    case .text: true
    case .number: NumberRule.accepts(value)
    case .boolean: BooleanRule.value(value) != nil
    case .date: DateRule.day(value) != nil
    case .email: EmailRule.accepts(value)
    case .choice(let choices): isOne(value, of: choices)
    }
  }

  /// Whether the value is one of the choices, which are compared one by one.
  static func isOne(_ value: borrowing Span<UInt8>, of choices: [String]) -> Bool {
    for choice in choices where choice.utf8.count == value.count {
      if isSame(value, choice.utf8.span) { return true }
    }
    return false
  }

  private static func isSame(
    _ first: borrowing Span<UInt8>, _ second: borrowing Span<UInt8>
  ) -> Bool {
    for offset in 0..<first.count where first[offset] != second[offset] { return false }
    return true
  }
}
