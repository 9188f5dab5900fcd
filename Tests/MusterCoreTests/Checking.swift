import MusterCore
import MusterTestSupport

/// A checker for tests, and rows for it.
struct Checking {
  static let seed = HashSeed(
    first: 0x1357_9BDF_0246_8ACE, second: 0x0F1E_2D3C_4B5A_6978, mask: .max)
  static let catalogue = Catalogue(
    labels: ["board", "donor", "vip"],
    forms: [
      Form(
        slug: "survey",
        fields: [
          FormField(slug: "size", type: .number, isRequired: true),
          FormField(slug: "color", type: .choice(["red", "blue"])),
        ]),
      Form(slug: "event", fields: [FormField(slug: "zone", type: .text)]),
    ])

  let plan: ColumnPlan
  let checker: RowChecker

  init(
    _ columns: [String], options: ImportOptions = ImportOptions(), limits: Limits = Limits(),
    catalogue: Catalogue = Checking.catalogue
  ) throws {
    plan = try ColumnPlan.resolve(
      names: columns.map { Array($0.utf8) }, catalogue: catalogue, ignoresUnknown: false,
      columnsMax: 1_000)
    checker = RowChecker(
      plan: plan, options: options, limits: limits, catalogue: catalogue, seed: Self.seed,
      today: CalendarDay(daysSinceEpoch: 20_000))
  }

  func check(_ rows: [[String]]) -> CheckedChunk { checker.check(TestRows(texts: rows)) }

  func check(bytes rows: [[[UInt8]]]) -> CheckedChunk { checker.check(TestRows(rows)) }
}

extension CheckedChunk {
  /// The value of a slot as text; nil if it is blank, "CLEARED" if it is to go.
  func text(_ row: Int, _ slot: Int) -> String? {
    let value = unsafe values(ofRow: row)[slot]
    if unsafe value.isCleared { return "CLEARED" }
    return unsafe value.isBlank ? nil : String(decoding: value.bytes(), as: UTF8.self)
  }

  /// The value of a field as text.
  func text(_ row: Int, _ field: MemberField) -> String? { text(row, field.rawValue) }
}
