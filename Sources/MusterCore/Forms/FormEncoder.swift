/// Writes the form values of a row as the store keeps them, and knows which forms a row leaves
/// incomplete.
@safe struct FormEncoder: Sendable {
  private let columns: [FormColumn]
  private let names: [(type: [UInt8], field: [UInt8])]
  private let groups: [Group]

  /// The form columns of one form, and the fields that it requires.
  private struct Group: Sendable {
    var columns: Range<Int>
    /// Places of the required fields among the form columns.
    var required: [Int]
    /// A required field has no column in this import.
    var lacksRequired: Bool
  }

  init(plan: ColumnPlan, catalogue: Catalogue) {
    columns = plan.formColumns
    names = columns.map { (Array($0.type.utf8), Array($0.field.utf8)) }
    var groups: [Group] = []
    var start = 0
    while start < columns.count {
      var end = start + 1
      while end < columns.count, columns[end].type == columns[start].type { end += 1 }
      let required = (start..<end).filter { plan.formColumns[$0].spec.isRequired }
      let form = catalogue.forms.first { $0.slug == plan.formColumns[start].type }
      let wanted = form?.fields.count { $0.isRequired } ?? 0
      groups.append(
        Group(columns: start..<end, required: required, lacksRequired: wanted > required.count))
      start = end
    }
    self.groups = groups
  }

  /// Whether the row sets or clears a field of a form without giving every required field of it.
  func leavesRequiredOpen(_ values: UnsafePointer<CellBytes>) -> Bool {
    let forms = unsafe values + MemberField.count
    for group in groups where group.lacksRequired || !group.required.isEmpty {
      guard group.columns.contains(where: { unsafe forms[$0].count != 0 }) else { continue }
      if group.lacksRequired { return true }
      for column in group.required where unsafe forms[column].count <= 0 { return true }
    }
    return false
  }

  /// The values as text of JSON: an object of forms, each an object of texts, keys in byte order.
  func encode(_ values: UnsafePointer<CellBytes>, in scratch: ByteScratch) -> CellBytes {
    let forms = unsafe values + MemberField.count
    var bytesMax = 2
    for column in columns.indices where unsafe forms[column].count > 0 {
      // An escaped byte takes six at most; names need none.
      bytesMax += names[column].type.count + names[column].field.count + 16
      bytesMax += unsafe forms[column].count * 6
    }
    guard bytesMax > 2 else { return unsafe .blank }
    var out = unsafe JSONWriter(scratch.allocate(bytesMax))
    for group in groups {
      var isOpen = false
      for column in group.columns where unsafe forms[column].count > 0 {
        isOpen ? out.comma() : out.openForm(names[column].type)
        isOpen = true
        unsafe out.pair(names[column].field, forms[column])
      }
      if isOpen { out.closeForm() }
    }
    return unsafe out.finish()
  }
}
