/// What may be added to a catalogue.
///
/// Source: Design, "Columns": slugs match `[a-z0-9][a-z0-9_-]{0,63}`.
public enum CatalogueRule {
  /// Fields of one form.
  public static let fieldsMax = 500
  /// Values of one choice.
  public static let choicesMax = 1_000
  /// Bytes of one value of a choice.
  public static let choiceBytesMax = 256
  /// Labels of one workspace: the nearest one is searched among them for a hint.
  public static let labelsMax = 10_000

  /// - Parameter field: Where the request has the slug.
  /// - Throws: `invalidArgument`, naming the slug and the rule.
  public static func check(slug: String, of kind: String, field: String) throws(StoreError) {
    guard SlugRule.accepts(slug) else {
      throw StoreError(
        reason: .invalidName, field: field,
        "The \(kind) \"\(excerpt(slug))\" is not a slug: small letters, digits, - and _,"
          + " at most 64, beginning with a letter or digit.")
    }
  }

  /// - Parameter added: Where the request has the one field that it adds to the form, or changes;
  ///   nil if it has the whole form.
  /// - Throws: `invalidArgument`, naming what is wrong with the form.
  public static func check(_ form: Form, added: String? = nil) throws(StoreError) {
    try check(slug: form.slug, of: "form", field: "form.slug")
    guard (1...fieldsMax).contains(form.fields.count) else {
      throw StoreError(
        reason: .invalidForm, field: added ?? "form.fields",
        "The form \(form.slug) must have from 1 to \(fieldsMax) fields.")
    }
    var seen: Set<String> = []
    for (place, field) in form.fields.enumerated() {
      let path = added ?? "form.fields[\(place)]"
      try check(slug: field.slug, of: "form field", field: "\(path).slug")
      guard seen.insert(field.slug).inserted else {
        throw StoreError(
          reason: .invalidForm, field: "\(path).slug",
          "The form \(form.slug) names the field \(field.slug) twice.")
      }
      if case .choice(let choices) = field.type { try check(choices, of: field, path) }
    }
  }

  private static func check(_ choices: [String], of field: FormField, _ path: String)
    throws(StoreError)
  {
    guard (1...choicesMax).contains(choices.count), Set(choices).count == choices.count else {
      throw StoreError(
        reason: .invalidForm, field: "\(path).choices",
        "The choice field \(field.slug) must have from 1 to \(choicesMax) values, each once.")
    }
    for (place, choice) in choices.enumerated() {
      let hasControl = choice.unicodeScalars.contains { $0.properties.generalCategory == .control }
      guard !choice.isEmpty, choice.utf8.count <= choiceBytesMax, !hasControl else {
        throw StoreError(
          reason: .invalidForm, field: "\(path).choices[\(place)]",
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
