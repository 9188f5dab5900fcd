internal import MusterCore

/// How a member becomes a row of an import's columns.
struct MemberLayout: Sendable {
  let columns: [MemberColumn]
  private let fields: FieldSet
  private let formColumns: Set<MemberColumn>

  init(_ columns: [MemberColumn]) {
    self.columns = columns
    fields = FieldSet(columns.compactMap { $0.field.map(FieldSet.init) })
    formColumns = Set(columns.filter { $0.field == nil })
  }

  /// - Throws: `invalidArgument` for a value that has no column or that its cell would not hold as
  ///   it is: nothing is left out silently.
  func check(_ member: Member) throws(MusterClientError) {
    let missing = missingColumns(for: member)
    guard missing.isEmpty else {
      let names = missing.map { "\"\($0)\"" }.joined(separator: ", ")
      throw MusterClientError(
        code: .invalidArgument,
        message: "A member sets what the import has no column for: \(names); add it to the columns."
      )
    }
    for label in member.labels where !Self.isOneSlug(label) {
      throw MusterClientError(
        code: .invalidArgument,
        message:
          "A label of a member is not one slug: it is empty, or has a comma, a semicolon or a "
          + "space; give each label as an element of its own.")
    }
  }

  /// Adds the member's cells to the row that is being built.
  func append(_ member: Member, to rows: inout OpenChunk) {
    for column in columns { rows.append(Self.cell(of: member, column)) }
  }

  /// The member's cells, each with its column; nil for a blank one.
  func cells(of member: Member) -> [(column: MemberColumn, cell: String?)] {
    columns.map { ($0, Self.cell(of: member, $0)) }
  }

  @inline(__always)
  private static func cell(of member: Member, _ column: MemberColumn) -> String? {
    switch column {
    case .email: member.email
    case .phone: member.phone
    case .externalID: member.externalID
    case .name: member.name
    case .description: member.description
    case .dateOfBirth: member.dateOfBirth?.description
    case .labels: cell(ofLabels: member.labels)
    case .notifyEmail: cell(of: member.notifyEmail)
    case .notifySMS: cell(of: member.notifySMS)
    case .notifyVoice: cell(of: member.notifyVoice)
    case .form(let type, let field): member.forms[type]?[field]
    case .named: nil
    }
  }

  private func missingColumns(for member: Member) -> [String] {
    let fields = member.setFields.subtracting(fields)
    var missing = MemberField.allCases.filter { fields.contains(FieldSet($0)) }.map(\.columnName)
    if !member.forms.isEmpty {
      var forms: [String] = []
      member.forEachFormValue { if !formColumns.contains($0) { forms.append($0.columnName) } }
      missing += forms.sorted()
    }
    return missing
  }

  private static func isOneSlug(_ label: String) -> Bool {
    !label.isEmpty && label.utf8.allSatisfy { !" \t,;".utf8.contains($0) }
  }

  private static func cell(ofLabels labels: [String]) -> String? {
    labels.count > 1 ? labels.joined(separator: ",") : labels.first
  }

  private static func cell(of flag: Bool?) -> String? {
    flag.map { $0 ? "true" : "false" }
  }
}
