/// What may be added to a catalogue.
///
/// Source: DESIGN section 2: slugs match `[a-z0-9][a-z0-9_-]{0,63}`.
public enum CatalogueRule {
  /// Fields of one form.
  public static let fieldsMax = 500
  /// Values of one choice.
  public static let choicesMax = 1_000
  /// Bytes of one value of a choice.
  public static let choiceBytesMax = 256
  /// Labels of one workspace: the nearest one is searched among them for a hint.
  public static let labelsMax = 10_000

  /// - Throws: `invalidArgument`, naming the slug and the rule.
  public static func check(slug: String, of kind: String) throws(StoreError) {
    guard SlugRule.accepts(slug) else {
      throw StoreError(
        .invalidArgument,
        "The \(kind) \"\(excerpt(slug))\" is not a slug: small letters, digits, - and _,"
          + " at most 64, beginning with a letter or digit.")
    }
  }

  /// - Throws: `invalidArgument`, naming what is wrong with the form.
  public static func check(_ form: Form) throws(StoreError) {
    try check(slug: form.slug, of: "form")
    guard (1...fieldsMax).contains(form.fields.count) else {
      throw StoreError(
        .invalidArgument, "The form \(form.slug) must have from 1 to \(fieldsMax) fields.")
    }
    var seen: Set<String> = []
    for field in form.fields {
      try check(slug: field.slug, of: "form field")
      guard seen.insert(field.slug).inserted else {
        throw StoreError(
          .invalidArgument, "The form \(form.slug) names the field \(field.slug) twice.")
      }
      if case .choice(let choices) = field.type { try check(choices, of: field) }
    }
  }

  private static func check(_ choices: [String], of field: FormField) throws(StoreError) {
    guard (1...choicesMax).contains(choices.count), Set(choices).count == choices.count else {
      throw StoreError(
        .invalidArgument,
        "The choice field \(field.slug) must have from 1 to \(choicesMax) values, each once.")
    }
    for choice in choices {
      let hasControl = choice.unicodeScalars.contains { $0.properties.generalCategory == .control }
      guard !choice.isEmpty, choice.utf8.count <= choiceBytesMax, !hasControl else {
        throw StoreError(
          .invalidArgument,
          "A value of the choice field \(field.slug) is empty, longer than \(choiceBytesMax) bytes,"
            + " or has a control character in it.")
      }
    }
  }

  /// As much of a text as an error shows, without control characters.
  package static func excerpt(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(80).filter { $0.properties.generalCategory != .control }))
  }
}
