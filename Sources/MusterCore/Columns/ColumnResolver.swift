/// The making of a ``ColumnPlan``: one column after the other, gathering what is wrong.
struct ColumnResolver {
  /// Problems that are given a suggestion; bounds the work for a file that is no member list.
  private static let suggestionsMax = 50

  private let ignoresUnknown: Bool
  private let catalogue: Catalogue
  private let formFields: [String: FormColumn]
  private var hints = HintBudget()
  private var columns: [Column] = []
  private var names: [String] = []
  private var formColumns: [FormColumn] = []
  private var problems: [ColumnProblem] = []
  private var seen: Set<Column> = []

  private static let fields = Dictionary(
    uniqueKeysWithValues: MemberField.allCases.map { ($0.columnName, $0) })

  init(catalogue: Catalogue, ignoresUnknown: Bool) {
    self.ignoresUnknown = ignoresUnknown
    self.catalogue = catalogue
    formFields = catalogue.index.columns(of: catalogue)
  }

  /// Settles the next column.
  mutating func add(_ sent: [UInt8]) {
    let trimmed = sent[BlankRule.trimmed(sent.span)]
    guard String(validating: trimmed, as: UTF8.self) != nil else {
      return refuse(.invalidName, Excerpt.printable(trimmed))
    }
    let name = String(decoding: trimmed.map(EmailKey.folded), as: UTF8.self)
    if let field = Self.fields[name] {
      take(.field(field), name)
    } else if let column = formFields[name] {
      guard take(.form(type: column.type, field: column.field), name) else { return }
      formColumns.append(column)
    } else if name.utf8.first == UInt8(ascii: "_") || ignoresUnknown {
      append(.ignored, Excerpt.printable(trimmed))
    } else {
      let isForm = name.utf8.starts(with: "form.".utf8)
      let suggestion = suggestion(for: name)
      refuse(isForm ? .unknownFormField : .unknownColumn, Excerpt.printable(trimmed), suggestion)
    }
  }

  /// The plan, once every column is added.
  consuming func finish() throws(ColumnRefusal) -> ColumnPlan {
    let hasIdentifier = MemberField.allCases.contains {
      $0.isIdentifier && seen.contains(.field($0))
    }
    if !hasIdentifier { problems.append(ColumnProblem(reason: .noIdentifierColumn)) }
    guard problems.isEmpty else { throw ColumnRefusal(problems: problems) }
    return ColumnPlan(columns: columns, names: names, formColumns: formColumns)
  }

  /// Takes a known column, unless it was there before.
  @discardableResult
  private mutating func take(_ column: Column, _ name: String) -> Bool {
    guard seen.insert(column).inserted else {
      refuse(.duplicateColumn, name)
      return false
    }
    append(column, name)
    return true
  }

  private mutating func append(_ column: Column, _ name: String) {
    columns.append(column)
    names.append(name)
  }

  private mutating func refuse(
    _ reason: ColumnProblem.Reason, _ name: String, _ suggestion: String? = nil
  ) {
    append(.ignored, name)
    problems.append(
      ColumnProblem(position: columns.count, name: name, reason: reason, suggestion: suggestion))
  }

  private mutating func suggestion(for name: String) -> String? {
    guard problems.count < Self.suggestionsMax else { return nil }
    let names = catalogue.index.columnNames(of: catalogue)
    hints.beginRow(addedBytes: 0)
    guard case .found(let match) = hints.nearest(to: Array(name.utf8), in: names) else {
      return nil
    }
    return match
  }
}
