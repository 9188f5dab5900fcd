internal import MusterClient

/// The first rows that would create members, and the first that would change some.
struct ChangeSample {
  /// A changed row with the line on which it begins, if that is known.
  struct Row: Equatable {
    var change: RowChange
    var line: Int?

    /// Where it is in the file.
    var place: String { line.map { "line \($0)" } ?? "row \(change.row)" }
  }

  private(set) var created: [Row] = []
  private(set) var updated: [Row] = []

  /// Takes the next change; parts of one row follow each other.
  mutating func add(_ change: RowChange, line: Int?) {
    switch change.outcome {
    case .created: Self.add(change, line, to: &created)
    case .updated: Self.add(change, line, to: &updated)
    }
  }

  private static func add(_ change: RowChange, _ line: Int?, to rows: inout [Row]) {
    if rows.last?.change.row == change.row {
      rows[rows.count - 1].change.fields += change.fields
    } else if rows.count < CommandBounds.previewRowsMax {
      rows.append(Row(change: change, line: line))
    }
  }
}
