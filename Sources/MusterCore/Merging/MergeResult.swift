/// What a row does to a member's record.
@safe public struct MergeResult {
  /// A field, identifiers and form values included, now holds something else.
  public var isChanged = false
  /// Identifiers that were set and now hold another value or none.
  public var identifierChangeCount = 0
  /// The rules that the row broke against this member; if there are any, the record is untouched.
  public var faults: [RowFault] = []

  init() {}
}
