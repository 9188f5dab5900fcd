internal import Synchronization

/// What is looked up in a catalogue, worked out when it is first needed and then shared by whoever
/// has the snapshot.
///
/// Whoever begins an import or signs a member up must not cost the daemon what a catalogue of
/// 10,000 labels weighs.
final class CatalogueIndex: Sendable {
  private struct Choice: Hashable {
    var form: String
    var field: String
  }

  private struct State {
    var labels: LabelTable?
    var columns: [String: FormColumn]?
    var columnNames: NearestIndex?
    var choices: [Choice: ChoiceTable] = [:]
  }

  private let state = Mutex(State())

  /// The labels of the catalogue.
  func labels(of catalogue: Catalogue) -> LabelTable {
    state.withLock { state in
      let table = state.labels ?? LabelTable(catalogue.labels)
      state.labels = table
      return table
    }
  }

  /// The columns of all form fields, by their names.
  func columns(of catalogue: Catalogue) -> [String: FormColumn] {
    state.withLock { Self.columns(of: catalogue, &$0) }
  }

  /// The names of all columns that an import may have.
  func columnNames(of catalogue: Catalogue) -> NearestIndex {
    state.withLock { state in
      if let names = state.columnNames { return names }
      let forms = Self.columns(of: catalogue, &state).keys
      let names = NearestIndex(MemberField.allCases.map(\.columnName) + forms)
      state.columnNames = names
      return names
    }
  }

  private static func columns(
    of catalogue: Catalogue, _ state: inout State
  ) -> [String: FormColumn] {
    if let columns = state.columns { return columns }
    var columns: [String: FormColumn] = [:]
    for form in catalogue.forms {
      for field in form.fields {
        let column = FormColumn(type: form.slug, spec: field)
        columns[column.name] = column
      }
    }
    state.columns = columns
    return columns
  }

  /// The choices of a form column; nil if it is of another type.
  func choices(of column: FormColumn) -> ChoiceTable? {
    guard case .choice(let choices) = column.spec.type else { return nil }
    return state.withLock { state in
      let name = Choice(form: column.type, field: column.field)
      if let table = state.choices[name] { return table }
      let table = ChoiceTable(choices)
      state.choices[name] = table
      return table
    }
  }
}

extension CatalogueIndex: Equatable {
  /// Always true: it says nothing that the catalogue does not, whose index it is.
  static func == (first: CatalogueIndex, second: CatalogueIndex) -> Bool { true }
}
