import MusterCore
import MusterTestSupport
import Testing

/// Design, "Update", rule by rule.
struct MemberMergeTests {
  /// A member's record, from texts.
  typealias Record = [MemberField: String]

  struct Outcome {
    var record: Record
    var forms: String
    var isChanged: Bool
    var identifierChangeCount: Int
    var faults: [String]
  }

  static let columns =
    MemberField.allCases.map(\.columnName) + [
      "form.survey.size", "form.survey.color", "form.event.zone",
    ]

  static func options(_ change: (inout ImportOptions) -> Void = { _ in }) -> ImportOptions {
    var options = ImportOptions()
    options.clearToken = Array("-".utf8)
    change(&options)
    return options
  }

  /// Puts a row, given by column name, onto a member.
  static func update(
    _ old: Record, forms: String = "", with row: [String: String],
    options: ImportOptions = options()
  ) throws -> Outcome {
    let columns = row.keys.sorted()
    let checking = try Checking(columns, options: options)
    let chunk = checking.check([columns.map { row[$0] ?? "" }])
    try #require(chunk.faults == [], "the row itself is wrong: \(chunk.faults)")
    let merge = MemberMerge(plan: checking.plan, options: options, catalogue: Checking.catalogue)
    let scratch = ByteScratch()
    var record = unsafe [CellBytes](repeating: .blank, count: MemberRecord.slotCount)
    for (field, text) in old {
      unsafe record[field.rawValue] = unsafe scratch.copy(Array(text.utf8))
    }
    unsafe record[MemberRecord.forms] = unsafe scratch.copy(Array(forms.utf8))
    let result = unsafe try merge.update(
      chunk.values(ofRow: 0), chunk.row(0), onto: &record, scratch: scratch, rowNumber: 9)
    var after: Record = [:]
    for field in MemberField.allCases where unsafe !record[field.rawValue].isBlank {
      after[field] = unsafe String(decoding: record[field.rawValue].bytes(), as: UTF8.self)
    }
    #expect(result.faults.allSatisfy { $0.row == 9 && $0.hint?.isEmpty == false })
    return unsafe Outcome(
      record: after, forms: String(decoding: record[MemberRecord.forms].bytes(), as: UTF8.self),
      isChanged: result.isChanged, identifierChangeCount: result.identifierChangeCount,
      faults: result.faults.map { "\($0.column ?? "-") \($0.code.rawValue)" })
  }

  static let full: Record = [
    .email: "Anna@x.org", .phone: "+15550001", .externalID: "e1", .name: "A", .description: "D",
    .dateOfBirth: "1980-06-15", .labels: "board,vip", .notifyEmail: "1", .notifySMS: "0",
    .notifyVoice: "1",
  ]
  static let survey = #"{"survey":{"color":"red","size":"1"}}"#

  @Test("a blank cell changes nothing, ever", arguments: [ImportOptions.LabelMode.add, .replace])
  func blanks(labels: ImportOptions.LabelMode) throws {
    var row = Dictionary(uniqueKeysWithValues: Self.columns.map { ($0, "") })
    row["external_id"] = "e1"
    row["labels"] = " ,; "
    let outcome = try Self.update(
      Self.full, forms: Self.survey, with: row, options: Self.options { $0.labels = labels })
    #expect(!outcome.isChanged)
    #expect(outcome.record == Self.full)
    #expect(outcome.forms == Self.survey)
    #expect(outcome.identifierChangeCount == 0)
    #expect(outcome.faults == [])
  }

  /// A cell, the field's value after it, and how many identifiers it changes.
  @Test(
    "a cell that is not blank sets its field",
    arguments: [
      (.email, "bob@x.org", "bob@x.org", 1), (.phone, "+15550002", "+15550002", 1),
      (.externalID, "E1", "E1", 1), (.name, "B", "B", 0), (.name, "A", "A", 0),
      (.description, " ", " ", 0), (.dateOfBirth, "2000-01-01", "2000-01-01", 0),
      (.notifyEmail, "FALSE", "0", 0), (.notifyEmail, "TRUE", "1", 0), (.notifySMS, "1", "1", 0),
      (.labels, "donor", "board,donor,vip", 0), (.labels, "vip", "board,vip", 0),
      (.email, "ANNA@X.ORG", "Anna@x.org", 0), (.email, "Anna@x.org", "Anna@x.org", 0),
    ] as [(MemberField, String, String, Int)])
  func sets(field: MemberField, cell: String, value: String, identifierChanges: Int) throws {
    // Another identifier has found the member.
    let other = field == .externalID ? MemberField.phone : .externalID
    let row = [other.columnName: Self.full[other] ?? "", field.columnName: cell]
    let outcome = try Self.update(Self.full, with: row)
    var expected = Self.full
    expected[field] = value
    #expect(outcome.record == expected)
    #expect(outcome.isChanged == (expected != Self.full))
    #expect(outcome.identifierChangeCount == identifierChanges)
    #expect(outcome.faults == [])
  }

  @Test("filling an empty identifier is a change of the member, but of no identifier")
  func fillsIdentifier() throws {
    let outcome = try Self.update(
      [.externalID: "e1"],
      with: ["external_id": "e1", "email": "Bob@x.org", "phone": "+15550009"],
      options: Self.options { $0.strictIdentity = true })
    #expect(
      outcome.record == [.externalID: "e1", .email: "Bob@x.org", .phone: "+15550009"])
    #expect(outcome.isChanged)
    #expect(outcome.identifierChangeCount == 0)
    #expect(outcome.faults == [])
  }

  @Test("the stored spelling of an email stays, composed or not")
  func storedSpelling() throws {
    let outcome = try Self.update(
      [.email: "Zoe\u{308}@x.org"], with: ["email": "zo\u{EB}@X.ORG", "name": "Z"])
    let email = try #require(outcome.record[.email])
    #expect(Array(email.utf8) == Array("Zoe\u{308}@x.org".utf8))
    #expect(outcome.isChanged)
    #expect(outcome.identifierChangeCount == 0)
  }

  @Test("strict identity refuses every identifier that would change, and the whole row with them")
  func strictIdentity() throws {
    let strict = Self.options { $0.strictIdentity = true }
    let outcome = try Self.update(
      Self.full,
      with: ["external_id": "e1", "email": "bob@x.org", "phone": "+15550002", "name": "B"],
      options: strict)
    #expect(outcome.faults == ["email identifier_change", "phone identifier_change"])
    #expect(outcome.record == Self.full)
    #expect(!outcome.isChanged)
    let cleared = try Self.update(
      Self.full, with: ["external_id": "e1", "email": "-"], options: strict)
    #expect(cleared.faults == ["email identifier_change"])
    let same = try Self.update(
      Self.full, with: ["external_id": "e1", "email": "anna@x.org", "name": "B"], options: strict)
    #expect(same.faults == [])
    #expect(same.record[.name] == "B")
  }

  @Test(
    "labels are added or replaced as the import says",
    arguments: [
      ("board,vip", "donor", .add, "board,donor,vip"), ("board,vip", "donor", .replace, "donor"),
      ("board,vip", "vip,board", .replace, "board,vip"), ("board,vip", "vip", .replace, "vip"),
      ("board,vip", "vip", .add, "board,vip"), ("", "vip,donor", .add, "donor,vip"),
      ("", "vip,donor", .replace, "donor,vip"), ("vip", "board", .add, "board,vip"),
      ("board,vip", "-", .add, ""), ("board,vip", "-", .replace, ""),
    ] as [(String, String, ImportOptions.LabelMode, String)])
  func labels(old: String, cell: String, mode: ImportOptions.LabelMode, new: String) throws {
    let outcome = try Self.update(
      [.externalID: "e1", .labels: old], with: ["external_id": "e1", "labels": cell],
      options: Self.options { $0.labels = mode })
    #expect(outcome.record[.labels] ?? "" == new)
    #expect(outcome.isChanged == (old != new))
  }

  @Test("the clear token takes a value away; an empty field stays unchanged")
  func clearing() throws {
    var row = Dictionary(uniqueKeysWithValues: Self.columns.map { ($0, "-") })
    row["external_id"] = "e1"
    let outcome = try Self.update(Self.full, forms: Self.survey, with: row)
    #expect(outcome.record == [.externalID: "e1"])
    #expect(outcome.forms == "")
    #expect(outcome.isChanged)
    #expect(outcome.identifierChangeCount == 2)
    #expect(outcome.faults == [])
    let again = try Self.update([.externalID: "e1"], with: row)
    #expect(!again.isChanged)
    #expect(again.identifierChangeCount == 0)
  }

  @Test(
    "form values are set one by one, and a required one must be there afterwards",
    arguments: [
      ("", ["size": "1"], #"{"survey":{"size":"1"}}"#, []),
      ("", ["color": "red"], "", ["form.survey.size invalid_form_value"]),
      (survey, ["color": "blue"], #"{"survey":{"color":"blue","size":"1"}}"#, []),
      (survey, ["size": "2"], #"{"survey":{"color":"red","size":"2"}}"#, []),
      (survey, ["size": "1.0"], #"{"survey":{"color":"red","size":"1.0"}}"#, []),
      (survey, ["color": "red", "size": "1"], survey, []),
      (survey, ["color": "-"], #"{"survey":{"size":"1"}}"#, []),
      (survey, ["size": "-"], survey, ["form.survey.size invalid_form_value"]),
      (survey, ["color": "blue", "size": "-"], survey, ["form.survey.size invalid_form_value"]),
      (survey, ["color": "-", "size": "-"], "", []),
      (
        #"{"event":{"zone":"z"}}"#, ["size": "3"],
        #"{"event":{"zone":"z"},"survey":{"size":"3"}}"#, []
      ),
    ] as [(String, [String: String], String, [String])])
  func forms(old: String, cells: [String: String], new: String, faults: [String]) throws {
    var row = ["external_id": "e1"]
    for (field, cell) in cells { row["form.survey.\(field)"] = cell }
    let outcome = try Self.update([.externalID: "e1"], forms: old, with: row)
    #expect(outcome.forms == new)
    #expect(outcome.faults == faults)
    #expect(outcome.isChanged == (old != new))
    // The same with all columns there, the others blank.
    for column in Self.columns where row[column] == nil { row[column] = "" }
    let wide = try Self.update([.externalID: "e1"], forms: old, with: row)
    #expect(wide.forms == new)
    #expect(wide.faults == faults)
  }

  @Test("a record that Muster did not write is damage, and is left as it is")
  func damage() throws {
    #expect(throws: RecordDamage.self) {
      try Self.update(
        [.externalID: "e1"], forms: "{broken", with: ["external_id": "e1", "form.event.zone": "z"])
    }
    let untouched = try Self.update(
      [.externalID: "e1"], forms: "{broken", with: ["external_id": "e1", "name": "n"])
    #expect(untouched.forms == "{broken")
  }

  @Test("a new member has the row's values, and nothing for what is cleared")
  func creating() throws {
    let options = Self.options()
    let columns = ["external_id", "email", "labels", "form.survey.size", "form.survey.color"]
    let checking = try Checking(columns, options: options)
    let chunk = checking.check([
      ["e1", "-", "vip,board", "1", "-"], ["e2", "A@b.c", "-", "", "red"],
      ["e3", "", "", "-", "-"],
    ])
    let merge = MemberMerge(plan: checking.plan, options: options, catalogue: Checking.catalogue)
    var texts: [[String]] = []
    var faults: [[String]] = []
    for row in 0..<3 {
      var record = unsafe [CellBytes](repeating: .blank, count: MemberRecord.slotCount)
      unsafe faults.append(
        try merge.create(chunk.values(ofRow: row), chunk.row(row), into: &record, rowNumber: 4)
          .map { "\($0.row) \($0.column ?? "-") \($0.code.rawValue)" })
      texts.append(
        [0, 2, 6, 10].map { unsafe String(decoding: record[$0].bytes(), as: UTF8.self) })
    }
    #expect(texts[0] == ["", "e1", "board,vip", #"{"survey":{"size":"1"}}"#])
    #expect(faults == [[], ["4 form.survey.size invalid_form_value"], []])
    #expect(texts[1] == ["", "", "", ""])
    #expect(texts[2] == ["", "e3", "", ""])
  }
}
