/// What the columns of an import mean, settled once, before any row is read.
///
/// A checked row has a slot for each member field, in the order of ``MemberField``, and one for
/// each form column after them.
public struct ColumnPlan: Sendable, Equatable {
  /// The meaning of each sent column.
  public let columns: [Column]
  /// The name of each sent column, as faults call it: the known name, or what was sent if ignored.
  public let names: [String]
  /// For each sent column the slot of its value in a checked row; -1 for an ignored column.
  public let slots: [Int]
  /// The form columns in the order of their slots: by form, then by field, in byte order.
  public let formColumns: [FormColumn]

  /// The slots of a checked row.
  public var slotCount: Int { MemberField.count + formColumns.count }

  /// How many of email, phone and external id are sent; at least one.
  public var identifierCount: Int {
    slots.count { MemberField(rawValue: $0)?.isIdentifier ?? false }
  }

  init(columns: [Column], names: [String], formColumns: [FormColumn]) {
    self.columns = columns
    self.names = names
    self.formColumns = formColumns.sorted(by: FormColumn.precedes)
    var formSlots: [Column: Int] = [:]
    for (index, column) in self.formColumns.enumerated() {
      formSlots[.form(type: column.type, field: column.field)] = MemberField.count + index
    }
    slots = columns.map { column in
      switch column {
      case .field(let field): field.rawValue
      case .form: formSlots[column] ?? -1
      case .ignored: -1
      }
    }
  }

  /// Settles what the columns of these names mean.
  ///
  /// Names ignore the case of ASCII letters and the white space around them; one that begins with
  /// `_` is ignored. With `ignoresUnknown`, so are unknown columns and form fields. Source: Design,
  /// "Columns".
  /// - Throws: ``ColumnRefusal``, listing every wrong column at once.
  public static func resolve(
    names: [[UInt8]], catalogue: Catalogue, ignoresUnknown: Bool, columnsMax: Int
  ) throws(ColumnRefusal) -> ColumnPlan {
    guard names.count <= columnsMax else {
      throw ColumnRefusal(problems: [
        ColumnProblem(reason: .tooManyColumns(count: names.count, max: columnsMax))
      ])
    }
    var resolver = ColumnResolver(catalogue: catalogue, ignoresUnknown: ignoresUnknown)
    for name in names { resolver.add(name) }
    return try resolver.finish()
  }
}
