import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// Design, "Store": unchanged rows write nothing.
struct RepeatImportTests {
  static let catalogue = Catalogue(
    labels: ["vip", "board"],
    forms: [
      Form(
        slug: "survey",
        fields: [
          FormField(slug: "size", type: .number, isRequired: true),
          FormField(slug: "note", type: .text),
        ])
    ])
  static let columns = [
    "form.survey.note", "email", "labels", "name", "form.survey.size", "notify_sms", "external_id",
  ]
  static let rows = (0..<200).map { number in
    [
      number.isMultiple(of: 3) ? "a \"quoted\"\n note" : "", "Zo\u{EB}\(number)@x.org",
      number.isMultiple(of: 2) ? "vip; board" : "", "n\(number)",
      number.isMultiple(of: 3) ? "\(number)" : "", number.isMultiple(of: 5) ? "TRUE" : "0",
      "p\(number)",
    ]
  }

  static func run(
    _ id: String, _ rows: [[String]], columns: [String] = columns, on store: WorkspaceStore
  ) async throws -> ImportCounts {
    let rowsImport = try definition(id, columns: columns, catalogue: catalogue)
    let start = try await store.begin(rowsImport, observer: { _ in })
    store.apply(rowsImport.chunk(seed: start.seed, rows), importID: id)
    let record = try await store.end(importID: id, rowCount: UInt64(rows.count))
    _ = await store.release(importID: id)
    return record.progress.counts
  }

  @Test("the same rows again write nothing to the members", arguments: [false, true])
  func sameRows(opensAgain: Bool) async throws {
    let directory = try TemporaryDirectory()
    var store = try WorkspaceStore(name: "test", path: directory.file())
    _ = try await store.createLabels(["vip", "board"])
    try await store.createForm(Self.catalogue.forms[0])
    #expect(try await Self.run("1", Self.rows, on: store).created == 200)
    if opensAgain { store = try WorkspaceStore(name: "test", path: directory.file()) }
    let before = try memberDump(directory.file())
    // As it was sent; with other spellings of the same values; and a part of the columns.
    let spelled = Self.rows.map { row in
      [
        row[0], row[1], row[2].isEmpty ? "" : " board,,vip;vip", row[3], row[4],
        row[5] == "0" ? "false" : "1", row[6],
      ]
    }
    let emails = Self.rows.map { row in [row[1].asciiUppercased] }
    for (id, rows, columns) in [
      ("2", Self.rows, Self.columns), ("3", spelled, Self.columns), ("4", emails, ["email"]),
    ] {
      let counts = try await Self.run(id, rows, columns: columns, on: store)
      #expect(counts.unchanged == 200, "import \(id)")
      #expect(counts.received == 200)
      #expect(counts.repeats == 0)
      #expect(counts.identifierChanges == 0)
    }
    #expect(try memberDump(directory.file()) == before)
    let changes = try dump(
      directory.file(), "SELECT DISTINCT import_seq, created_at = updated_at FROM member",
      columns: 2)
    #expect(changes == [["'1'", "'1'"]])
  }

  @Test("unchanged rows add no page to the log but those of the ledger")
  func logGrowth() throws {
    let directory = try TemporaryDirectory()
    let writer = try WorkspaceWriter(path: directory.file())
    let rows = people(0..<5_000, name: String(repeating: "n", count: 100))
    for id in ["1", "2", "3"] {
      let before = writer.connection.walPages
      let rowsImport = try definition(id)
      _ = try writer.open(rowsImport, observer: { _ in })
      writer.apply(rowsImport.chunk(seed: writer.seed, rows), importID: id)
      try writer.finish(id, rowCount: 5_000) { _ in }
      writer.commit()
      let pages = writer.connection.walPages - before
      if id == "1" { #expect(pages > 30) } else { #expect(pages <= 4, "\(pages) pages") }
    }
  }

  @Test("one row that changed writes that member alone")
  func oneChange() async throws {
    let directory = try TemporaryDirectory()
    let store = try WorkspaceStore(name: "test", path: directory.file())
    _ = try await store.createLabels(["vip", "board"])
    try await store.createForm(Self.catalogue.forms[0])
    _ = try await Self.run("1", Self.rows, on: store)
    let before = try memberDump(directory.file())
    var rows = Self.rows
    rows[77][3] = "other"
    let counts = try await Self.run("2", rows, on: store)
    #expect(counts.updated == 1)
    #expect(counts.unchanged == 199)
    let after = try memberDump(directory.file())
    let changed = zip(before, after).filter { $0 != $1 }.map { $1[0] }
    #expect(changed == ["'78'"])
  }
}

extension String {
  /// With its ASCII letters as capitals.
  fileprivate var asciiUppercased: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          ("a"..."z").contains(scalar)
            ? Unicode.Scalar(UInt8(scalar.value) - 32) : scalar
        }))
  }
}
