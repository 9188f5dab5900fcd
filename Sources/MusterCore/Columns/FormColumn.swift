/// A sent column that holds values for one field of one form.
public struct FormColumn: Sendable, Equatable {
  /// The form's slug.
  public let type: String
  /// The field's slug.
  public let field: String
  /// What the field takes.
  public let spec: FormField

  /// Makes the column of one field of the form with that slug.
  public init(type: String, spec: FormField) {
    self.type = type
    self.field = spec.slug
    self.spec = spec
  }

  /// The column's name in a header, an export and a message: `form.TYPE.FIELD`.
  public var name: String { Self.name(type: type, field: field) }

  /// The name of the column for a field of a form.
  public static func name(type: String, field: String) -> String { "form.\(type).\(field)" }

  /// Whether it comes before the other one: by form, then by field, in byte order.
  static func precedes(_ first: FormColumn, _ second: FormColumn) -> Bool {
    if first.type != second.type {
      return first.type.utf8.lexicographicallyPrecedes(second.type.utf8)
    }
    return first.field.utf8.lexicographicallyPrecedes(second.field.utf8)
  }
}
