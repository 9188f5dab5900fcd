import MusterCore
import MusterTestSupport
import Synchronization
import Testing

@testable import MusterStore

struct PreviewTests {
  let directory: TemporaryDirectory
  let store: WorkspaceStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try WorkspaceStore(name: "test", path: directory.file())
  }

  private static func change(_ column: String, _ old: String, _ new: String) -> FieldChange {
    FieldChange(column: column, old: Array(old.utf8), new: Array(new.utf8))
  }

  @Test("a preview tells each changed row with its fields, old and new")
  func changes() async throws {
    _ = try await store.createLabels(["vip", "board"])
    try await store.createForm(
      Form(slug: "f", fields: [FormField(slug: "size", type: .number)]))
    let columns = ["external_id", "email", "name", "labels", "notify_sms", "form.f.size"]
    try await store.importRows(
      "1", columns,
      [["a", "a@x.org", "A", "vip", "1", "1"], ["b", "b@x.org", "B", "", "", ""]])
    let found = try await store.preview(
      columns,
      [
        ["a", "a2@x.org", "", "board", "0", "2"], ["b", "b@x.org", "B", "", "", ""],
        ["c", "", "C", "", "true", ""], ["c", "", "C2", "", "false", ""],
        ["", "", "x", "", "", ""],
      ])
    #expect(
      found.changes == [
        RowChange(
          row: 1, outcome: .updated, member: 1,
          fields: [
            Self.change("email", "a@x.org", "a2@x.org"),
            Self.change("labels", "vip", "board,vip"),
            Self.change("notify_sms", "true", "false"), Self.change("form.f.size", "1", "2"),
          ]),
        RowChange(
          row: 3, outcome: .created, member: 0,
          fields: [
            Self.change("external_id", "", "c"), Self.change("name", "", "C"),
            Self.change("notify_sms", "", "true"),
          ]),
        RowChange(
          row: 4, outcome: .updated, member: 0,
          fields: [
            Self.change("name", "C", "C2"), Self.change("notify_sms", "true", "false"),
          ]),
      ])
    #expect(found.faults.map(\.row) == [5])
    let counts = found.record.progress.counts
    #expect(counts.created == 1 && counts.updated == 2 && counts.unchanged == 1)
    #expect(counts.rejected == 1 && counts.repeats == 1 && counts.identifierChanges == 1)
    #expect(counts.optIns == 0 && counts.optOuts == 2)
    #expect(found.record.state == .finished)
  }

  @Test(
    "a flip is to true, to false, or away from true",
    arguments: [
      ("", "1", 1, 0), ("", "0", 0, 1), ("0", "1", 1, 0), ("1", "0", 0, 1), ("1", "-", 0, 1),
      ("0", "-", 0, 0), ("1", "1", 0, 0), ("0", "0", 0, 0), ("1", "", 0, 0), ("", "-", 0, 0),
    ] as [(String, String, UInt64, UInt64)])
  func flips(old: String, new: String, optIns: UInt64, optOuts: UInt64) async throws {
    let columns = ["external_id", "notify_voice"]
    try await store.importRows("1", columns, [["a", old]])
    var options = ImportOptions()
    options.clearToken = Array("-".utf8)
    let counts = try await store.preview(columns, [["a", new], ["b", "1"]], options: options)
      .record.progress.counts
    #expect(counts.optIns == optIns && counts.optOuts == optOuts)
    #expect(counts.created == 1)
  }

  @Test(
    "of each outcome as many rows are told as the caller wants", arguments: [0, 1, 3] as [UInt64])
  func changesMax(wanted: UInt64) async throws {
    try await store.importRows("1", ["external_id", "name"], people(0..<4))
    var options = ImportOptions()
    options.changesMax = wanted
    let rows = people(0..<9, name: "new")
    let found = try await store.preview(["external_id", "name"], rows, options: options)
    let max = wanted == 0 ? 9 : Int(wanted)
    #expect(
      found.changes.filter { $0.outcome == .updated }.map(\.row) == Array([1, 2, 3, 4].prefix(max)))
    #expect(
      found.changes.filter { $0.outcome == .created }.map(\.row)
        == Array([5, 6, 7, 8, 9].prefix(max)))
    #expect(found.record.progress.counts.created == 5)
  }

  @Test("an import into the same workspace begins, commits and ends while a preview's rows come")
  func othersGoOn() async throws {
    var options = ImportOptions()
    options.mode = .preview
    let preview = try definition("p", options: options)
    let start = try await store.begin(preview) { _ in }
    store.apply(preview.chunk(seed: start.seed, people(0..<3)), importID: "p")
    #expect(try isWriteLockFree(directory.file()))
    try await store.importRows("1", ["external_id", "name"], people(0..<2))
    store.apply(preview.chunk(at: 3, seed: start.seed, people(3..<5)), importID: "p")
    let found = try Foretold(try await store.finish(importID: "p", rowCount: 5))
    _ = await store.release(importID: "p")
    #expect(found.record.progress.counts.unchanged == 2)
    #expect(found.record.progress.counts.created == 3)
    #expect(try isWriteLockFree(directory.file()))
    #expect(try await store.imports(ImportQuery()).records.map(\.importID) == ["1"])
  }

  @Test("rows over a bound of the spool fail the preview, naming the bound")
  func spoolBound() async throws {
    var limits = Limits()
    limits.spooledBytesMax = 4_000
    let rows = people(0..<20, name: String(repeating: "n", count: 300))
    let error = await LedgerTests.error {
      _ = try await store.preview(["external_id", "name"], rows, limits: limits)
    }
    #expect(error?.code == .resourceExhausted)
    #expect(error?.message.contains("4000 bytes of spool (limits.spooledBytes)") == true)
    #expect(store.spools.withLock { $0.isEmpty })
    try await store.importRows("1", ["external_id", "name"], people(0..<2))
  }

  @Test("what a preview finds is bounded too: old values are larger than the rows")
  func findingsBound() async throws {
    let large = String(repeating: "n", count: 5_000)
    try await store.importRows("1", ["external_id", "name"], people(0..<9, name: large))
    let before = try await store.everything()
    var limits = Limits()
    limits.spooledBytesMax = 20_000
    let error = await LedgerTests.error {
      _ = try await store.preview(
        ["external_id", "name"], people(0..<9, name: "x"), limits: limits)
    }
    #expect(error?.code == .resourceExhausted)
    #expect(try await store.everything() == before)
    let found = try await store.preview(["external_id", "name"], people(0..<9, name: "x"))
    #expect(found.changes.count == 9)
  }

  @Test("a preview that fails in the middle leaves nothing, and the next one works")
  func failsInTheMiddle() async throws {
    try await store.importRows("1", ["external_id", "name"], people(0..<50))
    try await store.run { writer throws(StoreError) in
      writer.commit()
      let pages = try writer.connection.integer("PRAGMA page_count")
      try writer.connection.execute("PRAGMA max_page_count = \(pages)")
    }
    let before = try await store.everything()
    let rows = people(40..<600, name: String(repeating: "n", count: 500))
    let error = await LedgerTests.error {
      _ = try await store.preview(["external_id", "name"], rows)
    }
    #expect(error?.code == .resourceExhausted)
    #expect(try await store.everything() == before)
    try await store.run { writer throws(StoreError) in
      try writer.connection.execute("PRAGMA max_page_count = 100000")
    }
    let found = try await store.preview(["external_id", "name"], rows)
    #expect(found.record.progress.counts.created == 550)
    try await store.importRows("2", ["external_id", "name"], rows)
  }

  @Test("a spool file that cannot be made refuses the preview, and damages nothing")
  func noSpoolDirectory() async throws {
    let other = try WorkspaceStore(
      name: "test", path: directory.file("other.db"), limits: Limits(),
      spoolDirectory: directory.path + "/none")
    let error = await LedgerTests.error { _ = try await other.preview(["external_id"], [["a"]]) }
    #expect(error?.code == .internalError)
    try await other.importRows("1", ["external_id"], [["a"]])
  }
}
