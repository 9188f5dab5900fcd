import MusterCore
import Testing

struct ColumnPlanTests {
  static let catalogue = Catalogue(forms: [
    Form(
      slug: "survey",
      fields: [
        FormField(slug: "size", type: .number), FormField(slug: "color", type: .text),
      ]),
    Form(slug: "event", fields: [FormField(slug: "zone", type: .text)]),
  ])

  static func resolve(
    _ names: [String], ignoresUnknown: Bool = false, columnsMax: Int = 1_000
  ) throws(ColumnRefusal) -> ColumnPlan {
    try ColumnPlan.resolve(
      names: names.map { Array($0.utf8) }, catalogue: catalogue, ignoresUnknown: ignoresUnknown,
      columnsMax: columnsMax)
  }

  /// The refusal of these names; nil if they are taken.
  static func refusal(
    _ names: [String], ignoresUnknown: Bool = false, columnsMax: Int = 1_000
  ) -> ColumnRefusal? {
    do throws(ColumnRefusal) {
      _ = try resolve(names, ignoresUnknown: ignoresUnknown, columnsMax: columnsMax)
      return nil
    } catch { return error }
  }

  @Test("every column finds its slot, form columns by form and field")
  func slots() throws {
    let plan = try Self.resolve([
      "form.survey.size", "name", "_line", "email", "form.survey.color", "form.event.zone",
    ])
    #expect(plan.slots == [12, 3, -1, 0, 11, 10])
    #expect(plan.slotCount == 13)
    #expect(plan.identifierCount == 1)
    #expect(plan.columns[1] == .field(.name))
    #expect(plan.columns[2] == .ignored)
    #expect(plan.columns[0] == .form(type: "survey", field: "size"))
    let names = ["form.event.zone", "form.survey.color", "form.survey.size"]
    #expect(plan.formColumns.map(\.name) == names)
    #expect(plan.formColumns[2].spec.type == .number)
  }

  @Test("names ignore letter case and the white space around them")
  func letterCase() throws {
    let plan = try Self.resolve([" EMail\t", "External_ID", "Form.Survey.COLOR", " _Line"])
    #expect(plan.names == ["email", "external_id", "form.survey.color", "_Line"])
    #expect(plan.identifierCount == 2)
  }

  @Test("every field of a member is a column")
  func everyField() throws {
    let plan = try Self.resolve(MemberField.allCases.map(\.columnName))
    #expect(plan.slots == Array(0..<MemberField.count))
  }

  @Test("every wrong column is listed at once with its place and the nearest name")
  func allProblemsAtOnce() {
    let refusal = Self.refusal([
      "emial", "name", "", "NAME", "form.survey.colour", "zzz", "_emial", "form.x",
    ])
    #expect(
      refusal?.problems == [
        ColumnProblem(position: 1, name: "emial", reason: .unknownColumn, suggestion: "email"),
        ColumnProblem(position: 3, name: "", reason: .unknownColumn),
        ColumnProblem(position: 4, name: "name", reason: .duplicateColumn),
        ColumnProblem(
          position: 5, name: "form.survey.colour", reason: .unknownFormField,
          suggestion: "form.survey.color"),
        ColumnProblem(position: 6, name: "zzz", reason: .unknownColumn),
        ColumnProblem(position: 8, name: "form.x", reason: .unknownFormField),
        ColumnProblem(reason: .noIdentifierColumn),
      ])
    #expect(
      refusal?.message == """
        Unknown column "emial" (column 1); did you mean "email"? Column 3 has no name. \
        The column "name" (column 4) is there twice. \
        Unknown form field "form.survey.colour" (column 5); did you mean "form.survey.color"? \
        Unknown column "zzz" (column 6). Unknown form field "form.x" (column 8). \
        No identifier column: one of email, phone and external_id is needed.
        """)
  }

  @Test("a form column that is there twice is refused")
  func duplicateFormColumn() {
    let refusal = Self.refusal(["email", "form.event.zone", "form.event.ZONE"])
    #expect(refusal?.problems.map(\.reason) == [.duplicateColumn])
  }

  @Test("unknown columns can be ignored, but not a duplicate or a missing identifier")
  func ignoringUnknownColumns() throws {
    let plan = try Self.resolve(["email", "emial", "form.x.y", "", "emial"], ignoresUnknown: true)
    #expect(plan.slots == [0, -1, -1, -1, -1])
    #expect(plan.slotCount == MemberField.count)
    let refusal = Self.refusal(["name", "name", "emial"], ignoresUnknown: true)
    #expect(refusal?.problems.map(\.reason) == [.duplicateColumn, .noIdentifierColumn])
  }

  @Test("too many columns are one problem")
  func tooManyColumns() {
    let refusal = Self.refusal(["email", "name", "phone"], columnsMax: 2)
    #expect(refusal?.problems == [ColumnProblem(reason: .tooManyColumns(count: 3, max: 2))])
    #expect(
      refusal?.message == "Too many columns: 3, where at most 2 are allowed (limits.columns).")
    #expect(Self.refusal(["email", "name"], columnsMax: 2) == nil)
  }

  @Test("no columns at all have no identifier")
  func noColumns() {
    #expect(Self.refusal([])?.problems.map(\.reason) == [.noIdentifierColumn])
  }

  @Test("a name that is not UTF-8 is refused, even where unknown columns are ignored")
  func invalidName() {
    for ignoresUnknown in [false, true] {
      #expect(throws: ColumnRefusal.self) {
        try ColumnPlan.resolve(
          names: [Array("email".utf8), [0x4E, 0xFC]], catalogue: Self.catalogue,
          ignoresUnknown: ignoresUnknown, columnsMax: 10)
      }
    }
  }

  @Test("a message fits into a status and has no control character, whatever was sent")
  func boundedMessage() throws {
    let names = (0..<1_000).map { "\u{1B}[31m\($0)" + String(repeating: "ü", count: 500) }
    let refusal = try #require(Self.refusal(names))
    #expect(refusal.problems.count == 1_001)
    #expect(StatusMessage.encodedBytes(refusal.message) <= StatusMessage.encodedBytesMax)
    #expect(refusal.message.hasSuffix(" more."))
    #expect(!refusal.message.utf8.contains(0x1B))
  }
}
