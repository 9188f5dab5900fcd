extension FormDocument {
  /// A value that is not the same in two documents.
  public struct Difference: Sendable, Equatable {
    /// The form's slug.
    public var form: [UInt8]
    /// The field's slug within the form.
    public var field: [UInt8]
    /// The value in the first document; nil if it has none.
    public var old: [UInt8]?
    /// The value in the second document; nil if it has none.
    public var new: [UInt8]?
  }

  /// What differs between two documents: first what the first one has, then what only the second
  /// has, each in the byte order of form and field.
  ///
  /// - Throws: `RecordDamage` for what no version of Muster wrote.
  public static func differences(
    _ old: CellBytes, _ new: CellBytes
  ) throws(RecordDamage) -> [Difference] {
    if unsafe old.hasSameBytes(as: new) { return [] }
    let before = unsafe try FormDocument(old)
    let after = unsafe try FormDocument(new)
    var changes: [Difference] = []
    for entry in before.entries {
      let value = after.value(form: entry.form, field: entry.field)
      guard value != entry.value else { continue }
      changes.append(Difference(form: entry.form, field: entry.field, old: entry.value, new: value))
    }
    for entry in after.entries where before.value(form: entry.form, field: entry.field) == nil {
      changes.append(
        Difference(form: entry.form, field: entry.field, old: nil, new: entry.value))
    }
    return changes
  }
}
