import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// Undoing an import leaves what was before it, but for what others have done since.
struct UndoTests {
  let directory: TemporaryDirectory
  let store: WorkspaceStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try WorkspaceStore(name: "test", path: directory.file())
  }

  /// All members without the time of their last change.
  private func members() throws -> [[String]] {
    try dump(
      directory.file(),
      """
      SELECT id, \(MemberStatements.columns), import_seq, role_id, created_at FROM member
      ORDER BY id
      """, columns: 15)
  }

  @Test("random imports are undone to what was before, whole", arguments: 0..<12)
  func randomImports(round: Int) async throws {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed &+ UInt64(round))
    let comment: Comment = "MUSTER_TEST_SEED=\(seed), round \(round)"
    var store = self.store
    try await makeCatalogue(in: store)
    var model = MemberModel(catalogue: ImportScript.catalogue)
    for number in 1...6 {
      let rowCount = Int.random(in: 0...80, using: &random)
      let script = ImportScript.random(number: number, rowCount: rowCount, using: &random)
      let before = model
      let stored = try members()
      let chunkRowsMax = [1, 7, 200].randomElement(using: &random) ?? 1
      try await run(
        script, id: "import-\(number)", on: store, against: &model, chunkRowsMax: chunkRowsMax,
        using: &random, comment)
      guard .random(using: &random) else { continue }
      if .random(using: &random) {
        store = try WorkspaceStore(name: "test", path: directory.file())
      }
      let undone = try await store.undo("import-\(number)")
      #expect(undone.kept == [], comment)
      #expect(try members() == stored, comment)
      let record = try await store.importRecord("import-\(number)")
      #expect(record.state == .undone, comment)
      model = before
      model.skipNumbers(made: undone.progress.deleted)
    }
    try expectSameMembers(directory.file(), model, comment)
  }

  @Test("imports are undone one after the other, down to nothing, in parts")
  func all() async throws {
    let ids = ["a", "b", "c"]
    for (number, id) in ids.enumerated() {
      // Each makes thousands, and changes those that the one before made.
      let numbers = (number * 5_000)..<(number * 5_000 + 10_000)
      try await store.importRows(id, ["external_id", "name"], people(numbers, name: "by \(id)"))
    }
    #expect(try members().count == 20_000)
    var steps = 0
    for id in ids.reversed() {
      var step = try await store.undoStep(importID: id)
      while !step.isDone {
        #expect(try await store.importRecord(id).state == .undoing)
        step = try await store.undoStep(importID: id)
        steps += 1
      }
      #expect(step.progress.kept == 0)
      #expect(step.progress.deleted == (id == "a" ? 10_000 : 5_000))
      #expect(step.progress.restored == (id == "a" ? 0 : 5_000))
    }
    #expect(steps > 0)
    #expect(try members() == [])
    #expect(try dump(directory.file(), "SELECT * FROM import_image", columns: 3) == [])
    // Numbers of members that were deleted are not given again, by a new process neither.
    let reopened = try WorkspaceStore(name: "test", path: directory.file())
    try await reopened.importRows("d", ["external_id"], [["p1"]])
    #expect(try members().map { $0[0] } == ["'20001'"])
  }

  @Test("what another import has written since stays, field by field")
  func changedSince() async throws {
    try await store.importRows("a", ["external_id", "name", "description"], [["p", "A", "old"]])
    try await store.importRows("b", ["external_id", "name", "description"], [["p", "B", "by b"]])
    try await store.importRows("c", ["external_id", "description"], [["p", "by c"]])
    let undone = try await store.undo("b")
    #expect(
      undone.kept
        == [KeptField(member: 1, column: "description", reason: "it has changed since")])
    #expect(undone.progress.restored == 1 && undone.progress.kept == 1)
    #expect(try members().map { [$0[4], $0[5], $0[12]] } == [["'A'", "'by c'", "'3'"]])
    #expect(
      try dump(directory.file(), "SELECT member, column_name, reason FROM import_kept", columns: 3)
        == [["'1'", "'description'", "'it has changed since'"]])
    // Undone once more, it answers the same and does nothing.
    #expect(try await store.undo("b").progress == undone.progress)
  }

  @Test("form values are taken back one by one")
  func formValues() async throws {
    try await store.createForm(
      Form(
        slug: "f",
        fields: [
          FormField(slug: "a", type: .text), FormField(slug: "b", type: .text),
          FormField(slug: "c", type: .text),
        ]))
    try await store.importRows("a", ["external_id", "form.f.a"], [["p", "1"]])
    try await store.importRows("b", ["external_id", "form.f.a", "form.f.b"], [["p", "2", "2"]])
    try await store.importRows("c", ["external_id", "form.f.b", "form.f.c"], [["p", "3", "3"]])
    let undone = try await store.undo("b")
    #expect(undone.kept.map(\.column) == ["form.f.b"])
    #expect(try members().map { $0[11] } == [#"'{"f":{"a":"1","b":"3","c":"3"}}'"#])
  }

  @Test("a member that the import made and that has changed since stays")
  func createdAndChanged() async throws {
    try await store.importRows("a", ["external_id", "name"], [["p", "A"], ["q", "A"]])
    try await store.importRows("b", ["external_id", "name"], [["q", "B"]])
    let undone = try await store.undo("a")
    #expect(
      undone.kept == [KeptField(member: 2, column: nil, reason: "it has changed since")])
    #expect(try members().map { $0[3] } == ["'q'"])
    // Had the later one been undone first, nothing would be left.
    try await store.importRows("c", ["external_id", "name"], [["r", "C"]])
    try await store.importRows("d", ["external_id", "name"], [["r", "D"]])
    _ = try await store.undo("d")
    #expect(try await store.undo("c").kept == [])
    #expect(try members().map { $0[3] } == ["'q'"])
  }

  @Test("an identifier that another member has by now is not taken from it")
  func heldIdentifier() async throws {
    try await store.importRows("a", ["external_id", "email"], [["p", "Old@example.org"]])
    try await store.importRows("b", ["external_id", "email"], [["p", "new@example.org"]])
    try await store.importRows("c", ["external_id", "email"], [["q", "old@EXAMPLE.org"]])
    let undone = try await store.undo("b")
    #expect(
      undone.kept == [KeptField(member: 1, column: "email", reason: "member 2 has it now")])
    #expect(try members().map { $0[1] } == ["'new@example.org'", "'old@EXAMPLE.org'"])
  }

  @Test("a member is never left without an identifier")
  func lastIdentifier() async throws {
    try await store.importRows("a", ["external_id"], [["p"]])
    try await store.importRows("b", ["external_id", "phone"], [["p", "+4512345678"]])
    try await store.importRows(
      "c", ["phone", "external_id"], [["+4512345678", "-"]], clearToken: "-")
    let undone = try await store.undo("b")
    #expect(
      undone.kept
        == [
          KeptField(
            member: 1, column: "phone", reason: "the member would be left without an identifier")
        ])
    #expect(try members().map { $0[2] } == ["'+4512345678'"])
  }

  @Test("identifiers that went from one member to another come back")
  func swapped() async throws {
    try await store.importRows(
      "a", ["external_id", "email"], [["p", "p@x.org"], ["q", "q@x.org"]])
    let before = try members()
    try await store.importRows(
      "b", ["external_id", "email"],
      [["p", "free@x.org"], ["q", "p@x.org"], ["p", "q@x.org"], ["r", "free@x.org"]])
    #expect(try await store.undo("b").kept == [])
    #expect(try members() == before)
    // The index has followed: the same rows find the same members.
    try await store.importRows(
      "c", ["external_id", "email"], [["", "p@x.org"], ["", "q@x.org"]])
    #expect(try await store.importRecord("c").progress.counts.unchanged == 2)
  }

  @Test("what has not ended, is not known or has no images is not undone")
  func refused() async throws {
    func refusal(_ id: String) async -> StoreError.Code? {
      await LedgerTests.error { _ = try await store.undoStep(importID: id) }?.code
    }
    #expect(await refusal("none") == .notFound)
    let open = try definition("open", columns: ["external_id"])
    _ = try await store.begin(open) { _ in }
    #expect(await refusal("open") == .aborted)
    _ = await store.release(importID: "open")
    #expect(await refusal("open") == .failedPrecondition)
  }

  @Test("an undo that fails in the middle takes nothing back of its step")
  func rolledBack() async throws {
    try await store.importRows("a", ["external_id", "name"], people(0..<100))
    try await store.importRows("b", ["external_id", "name"], people(0..<100, name: "m"))
    let before = try members()
    let writer = try WorkspaceWriter(path: directory.file())
    try writer.connection.execute(
      """
      CREATE TEMP TRIGGER fails BEFORE UPDATE ON main.member WHEN new.id = 20
      BEGIN SELECT raise(ABORT, 'no'); END
      """)
    #expect(throws: StoreError.self) { try writer.undoStep("b") }
    #expect(try members() == before)
    try writer.connection.execute("DROP TRIGGER fails")
    #expect(try writer.undoStep("b").progress.restored == 100)
  }
}
