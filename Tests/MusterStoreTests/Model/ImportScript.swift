import MusterCore
import MusterTestSupport

/// A column as the model sees it.
enum ModelColumn {
  case field(MemberField)
  case form(String, FormField)
  case ignored(String)

  var name: String {
    switch self {
    case .field(let field): field.columnName
    case .form(let form, let field): "form.\(form).\(field.slug)"
    case .ignored(let name): name
    }
  }

  var isIdentifier: Bool {
    switch self {
    case .field(.email), .field(.phone), .field(.externalID): true
    default: false
    }
  }
}

/// One random import: columns, options and rows.
struct ImportScript {
  /// The number by which the model tells imports apart.
  var number: Int
  var columns: [ModelColumn]
  var options = ImportOptions()
  /// The slug of the role for new members.
  var role = "user"
  var limits = Limits()
  var rows: [[CellSample]] = []

  static let catalogue = Catalogue(
    roles: [Role(id: 1, slug: "manager"), Role(id: 2, slug: "user")], labels: CellSamples.labels,
    forms: [
      Form(
        slug: "survey",
        fields: [
          FormField(slug: "size", type: .number, isRequired: true),
          FormField(slug: "color", type: .choice(["red", "größe"])),
          FormField(slug: "note", type: .text),
        ]),
      Form(
        slug: "event",
        fields: [
          FormField(slug: "when", type: .date), FormField(slug: "mail", type: .email),
          FormField(slug: "sure", type: .boolean),
        ]),
    ])

  static let clearToken = "-"

  /// Each cell with what it means.
  func meanings(_ row: [CellSample]) -> [(column: ModelColumn, meaning: Meaning)] {
    zip(columns, row).map { column, cell in
      (column, options.normalizes ? cell.normalized : cell.plain)
    }
  }

  /// The cells of a row that normalise changes: those of ignored columns stay as they are.
  func changedCellCount(ofRow row: Int) -> Int {
    guard options.normalizes else { return 0 }
    return zip(columns, rows[row]).count { column, cell in
      if case .ignored = column { false } else { cell.isChanged }
    }
  }

  /// The cells of its rows.
  var cells: [[[UInt8]]] { rows.map { $0.map(\.bytes) } }
}

extension ImportScript {
  /// A random import.
  static func random(
    number: Int, rowCount: Int, using random: inout SeededGenerator
  ) -> ImportScript {
    var script = ImportScript(number: number, columns: columns(using: &random))
    script.options.labels = .random(using: &random) ? .add : .replace
    script.options.normalizes = random.isOnce(in: 3)
    script.options.clearToken = random.isOnce(in: 2) ? Array(clearToken.utf8) : nil
    script.options.strictIdentity = random.isOnce(in: 5)
    script.options.rejectsRepeats = random.isOnce(in: 5)
    if random.isOnce(in: 10) { script.options.faultsMax = .random(in: 1...20, using: &random) }
    // By slug or by number.
    script.options.role = ["user", "manager", "1", "2"].randomElement(using: &random) ?? "user"
    script.role = ["manager", "1"].contains(script.options.role) ? "manager" : "user"
    script.limits.cellBytesMax = CellSamples.cellBytesMax
    script.limits.rowBytesMax = random.isOnce(in: 3) ? 90 : 1 << 20
    let bad = [0, 30, 200].randomElement(using: &random) ?? 0
    for _ in 0..<rowCount {
      script.rows.append(script.randomRow(badIn: bad, using: &random))
    }
    return script
  }

  private static func columns(using random: inout SeededGenerator) -> [ModelColumn] {
    var others: [ModelColumn] = MemberField.allCases.filter { !$0.isIdentifier }.map { .field($0) }
    for form in catalogue.forms { others += form.fields.map { .form(form.slug, $0) } }
    others += [.ignored("_line"), .ignored("_error")]
    others.shuffle(using: &random)
    var identifiers: [ModelColumn] = [.field(.email), .field(.phone), .field(.externalID)]
    identifiers.shuffle(using: &random)
    let columns =
      identifiers.prefix(.random(in: 1...3, using: &random))
      + others.prefix(.random(in: 0...others.count, using: &random))
    return columns.shuffled(using: &random)
  }

  /// - Parameter bad: One cell in so many may be faulty; 0 is none.
  private func randomRow(badIn bad: Int, using random: inout SeededGenerator) -> [CellSample] {
    var row = columns.map { column -> CellSample in
      let isIdentifier = column.isIdentifier
      if random.isOnce(in: isIdentifier ? 2 : 3) { return CellSamples.blank }
      if options.clearToken != nil, random.isOnce(in: 8) {
        return clearCell(column, using: &random)
      }
      var samples: [CellSample] =
        switch column {
        case .field(let field): CellSamples.samples(for: field)
        case .form(_, let field): CellSamples.formCells(field.type)
        case .ignored: [.text("x"), CellSample(bytes: [0xFF, 0], .blank)]
        }
      if bad == 0 || !random.isOnce(in: bad) {
        samples.removeAll {
          if case .faults = options.normalizes ? $0.normalized : $0.plain { true } else { false }
        }
      }
      return samples.randomElement(using: &random) ?? CellSamples.blank
    }
    if bad > 0, random.isOnce(in: bad * 4) {
      if .random(using: &random) { row.removeLast() } else { row.append(CellSamples.blank) }
    }
    return row
  }

  private func clearCell(
    _ column: ModelColumn, using random: inout SeededGenerator
  ) -> CellSample {
    if options.normalizes, random.isOnce(in: 2) {
      return CellSample(" \(Self.clearToken) ", .faults([]), normalized: .clear)
    }
    return CellSample(Self.clearToken, .clear)
  }
}

extension SeededGenerator {
  /// Whether a die of so many sides shows its one.
  mutating func isOnce(in sides: Int) -> Bool { Int.random(in: 0..<sides, using: &self) == 0 }
}
