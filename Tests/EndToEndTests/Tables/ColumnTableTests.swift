import MusterTestSupport
import Testing

/// The columns of an import, each with what it takes and what it refuses.
@Suite(.timeLimit(.minutes(2))) struct ColumnTableTests {
  /// A value of a column that is stored, what an export then gives, and one that is refused.
  struct Given: Sendable {
    var column: String
    var cell: String
    var stored: String
    var refused: String
    var code: String

    init(
      _ column: String, _ cell: String, _ stored: String? = nil, not refused: String, _ code: String
    ) {
      self.column = column
      self.cell = cell
      self.stored = stored ?? cell
      self.refused = refused
      self.code = code
    }
  }

  private static let all = [
    Given("email", "Dana.Ünal+x@Exämple.ORG", not: "dana@", "invalid_email"),
    Given("email", "d@x.org", not: "d@@x.org", "invalid_email"),
    Given("phone", "+1555555", "+1555555", not: "+155555", "invalid_phone"),
    Given("phone", "+123456789012345", not: "+1234567890123456", "invalid_phone"),
    Given("phone", "+4917012345", not: "+49 17012345", "invalid_phone"),
    Given("external_id", " Über 'x' ", not: "a\0b", "nul_character"),
    Given("name", " Ann, \"A\"\n", not: "a\0b", "nul_character"),
    Given("description", "=1+1\r\n\t", not: "\0", "nul_character"),
    Given("date_of_birth", "2000-02-29", not: "1900-02-29", "invalid_date"),
    Given("date_of_birth", "0001-01-01", not: "2000-2-9", "invalid_date"),
    Given("date_of_birth", "1980-12-31", not: "9999-12-31", "invalid_date"),
    Given("labels", " vip ;; premium,vip,", "premium,vip", not: "vip,nope", "unknown_label"),
    Given("labels", " ,; ", "", not: "VIP", "unknown_label"),
    Given("notify_email", "TRUE", "true", not: "yes", "invalid_boolean"),
    Given("notify_sms", "0", "false", not: "2", "invalid_boolean"),
    Given("notify_voice", "fAlse", "false", not: " 1", "invalid_boolean"),
    Given("notify_voice", "1", "true", not: "tru", "invalid_boolean"),
    Given("form.f.text", " t ", not: "\0", "nul_character"),
    Given("form.f.number", "-12.5e3", not: "12,5", "invalid_form_value"),
    Given("form.f.number", "007", not: "١", "invalid_form_value"),
    Given("form.f.boolean", "False", not: "no", "invalid_form_value"),
    Given("form.f.date", "2999-12-31", not: "2999-02-29", "invalid_form_value"),
    Given("form.f.email", "F@x.org", not: "f@x", "invalid_form_value"),
    Given("form.f.choice", "A+", not: "a+", "invalid_form_value"),
  ]

  /// A file with a row for each entry; who it is stands in a column of its own, if need be.
  private static func file(_ cell: (Given) -> String) -> [[String]] {
    let columns = all.reduce(into: [String]()) { columns, given in
      if !columns.contains(given.column) { columns.append(given.column) }
    }
    let rows = all.enumerated().map { place, given in
      columns.map { column in
        if column == given.column { return cell(given) }
        let needsIdentifier = !["email", "phone", "external_id"].contains(given.column)
        return column == "external_id" && needsIdentifier ? "c\(place)" : ""
      }
    }
    return [columns] + rows
  }

  private static func makeCatalogue(_ installation: Installation) async throws {
    try await installation.run("label", "create", "vip", "premium")
    let made = try await installation.run(
      "form", "create", "f", "--field", "text:text", "number:number", "boolean:boolean",
      "date:date", "email:email", "choice:choice=A+|B+")
    #expect(made.exitCode == 0, "\(made.errors)")
  }

  @Test func `each column stores what it takes, and an export gives it back`() async throws {
    try await Installation.with { installation, _ in
      try await Self.makeCatalogue(installation)
      let file = try installation.write("m.csv", CSVRecords.text(Self.file(\.cell)))
      let result = try await installation.run("import", file)
      #expect(result.exitCode == 0, "\(result.output)")
      #expect(try result.object("summary").outcomes == [Self.all.count, 0, 0, 0])

      let exported = CSVRecords.parse(try await installation.run("export").output)
      #expect(Set(exported[0]) == Set(Self.all.map(\.column)))
      #expect(exported.count == Self.all.count + 1)
      for (row, given) in zip(exported.dropFirst(), Self.all) {
        let place = try #require(exported[0].firstIndex(of: given.column))
        #expect(row[place] == given.stored, "\(given.column)")
      }
    }
  }

  @Test func `each column refuses what it does not take, and its row leaves no trace`()
    async throws
  {
    try await Installation.with { installation, _ in
      try await Self.makeCatalogue(installation)
      let file = try installation.write("m.csv", CSVRecords.text(Self.file(\.refused)))
      let result = try await installation.run("import", file)
      #expect(result.exitCode == 2, "\(result.errors)")
      let summary = try result.object("summary")
      #expect(summary.outcomes == [0, 0, 0, Self.all.count])
      #expect(summary.count("received") == Self.all.count)
      let told = result.objects.filter { $0["type"] as? String == "fault" }.map {
        "\($0.count("row")) \($0["column"] as? String ?? "-") \($0["code"] as? String ?? "-")"
      }
      #expect(told == Self.all.enumerated().map { "\($0 + 1) \($1.column) \($1.code)" })
      #expect(CSVRecords.parse(try await installation.run("export").output).count == 1)
    }
  }

  @Test func `a blank cell changes nothing, in any column`() async throws {
    try await Installation.with { installation, _ in
      try await Self.makeCatalogue(installation)
      let columns = Self.file(\.cell)[0]
      let values = columns.map { column in
        column == "external_id"
          ? "who" : Self.all.first { $0.column == column && !$0.stored.isEmpty }?.cell ?? ""
      }
      let blanks = columns.map { $0 == "external_id" ? "who" : "" }
      let full = try installation.write("full.csv", CSVRecords.text([columns, values]))
      let blank = try installation.write("blank.csv", CSVRecords.text([columns, blanks]))
      #expect(
        try await installation.run("import", full).object("summary").outcomes == [1, 0, 0, 0])
      let before = try await installation.run("export").output
      #expect(!CSVRecords.parse(before)[1].contains(""))
      for options in [[], ["--labels", "replace"], ["--normalize"]] {
        let result = try await installation.result(
          installation.start(["import", blank] + options))
        #expect(try result.object("summary").outcomes == [0, 0, 1, 0], "\(options)")
      }
      #expect(try await installation.run("export").output == before)
    }
  }
}
