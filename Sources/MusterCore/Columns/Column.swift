/// What one sent column means.
public enum Column: Hashable, Sendable {
  /// A field that every member has.
  case field(MemberField)
  /// A field of a form; the type is the form's slug.
  case form(type: String, field: String)
  /// A column that no row's outcome depends on.
  case ignored
}
