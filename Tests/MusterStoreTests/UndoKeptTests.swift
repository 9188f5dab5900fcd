import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// What an undo keeps and why, and undoing in any order.
struct UndoKeptTests {
  private let directory: TemporaryDirectory
  private let store: WorkspaceStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try WorkspaceStore(name: "test", path: directory.file())
  }

  private func column(_ name: String) throws -> [[String]] {
    try dump(directory.file(), "SELECT \(name) FROM member ORDER BY id", columns: 1)
  }

  @Test("a field that several rows of the import changed is kept once, and by its last value")
  func onceKept() async throws {
    try await store.importRows("a", ["external_id", "name"], [["p", "old"], ["q", "old"]])
    try await store.importRows(
      "b", ["external_id", "name"],
      [["p", "X"], ["p", "Y"], ["q", "X"], ["q", "Y"], ["q", "Z"]])
    // What c writes is, by chance, what b had written in between.
    try await store.importRows("c", ["external_id", "name"], [["p", "X"], ["q", "other"]])
    let undone = try await store.undo("b")
    #expect(
      undone.kept == [
        KeptField(member: 2, column: "name", reason: "it has changed since"),
        KeptField(member: 1, column: "name", reason: "it has changed since"),
      ])
    #expect(undone.progress.kept == 2 && undone.progress.restored == 0)
    #expect(try column("name") == [["'X'"], ["'other'"]])
    #expect(try await store.kept(of: "b", from: 0).elements == undone.kept)
  }

  @Test("what was kept is remembered by a daemon that goes on")
  func keptOverRestart() async throws {
    let repeats = (0..<UndoRun.stepMembersMax).map { ["r\($0)", "n"] }
    try await store.importRows("a", ["external_id", "name"], [["p", "old"]] + repeats)
    let changed = repeats.map { [$0[0], "m"] }
    try await store.importRows(
      "b", ["external_id", "name"], [["p", "X"]] + changed + [["p", "Y"]])
    try await store.importRows("c", ["external_id", "name"], [["p", "Z"]])
    let first = try await store.undoStep(importID: "b")
    #expect(first.kept.count == 1 && !first.isDone)
    let reopened = try WorkspaceStore(name: "test", path: directory.file())
    let undone = try await reopened.undo("b")
    #expect(undone.kept == [] && undone.progress.kept == 1)
    #expect(undone.progress.restored == UInt64(repeats.count))
    #expect(try column("name").first == ["'Z'"])
  }

  @Test("a form whose other values stay keeps the value that it must have")
  func requiredField() async throws {
    try await store.createForm(
      Form(
        slug: "f",
        fields: [
          FormField(slug: "must", type: .text, isRequired: true),
          FormField(slug: "may", type: .text),
        ]))
    try await store.importRows("a", ["external_id"], [["p"], ["q"]])
    try await store.importRows(
      "b", ["external_id", "form.f.must", "form.f.may"], [["p", "1", "1"], ["q", "1", "1"]])
    try await store.importRows("c", ["external_id", "form.f.may"], [["p", "2"]])
    let undone = try await store.undo("b")
    #expect(
      undone.kept == [
        KeptField(member: 1, column: "form.f.may", reason: "it has changed since"),
        KeptField(member: 1, column: "form.f.must", reason: "other values of its form need it"),
      ])
    #expect(try column("forms") == [[#"'{"f":{"may":"2","must":"1"}}'"#], ["NULL"]])
  }

  @Test("an import that was interrupted and resumed is undone whole")
  func resumed() async throws {
    try await store.importRows("a", ["external_id", "name"], people(0..<50))
    let before = try memberDump(directory.file()).map { $0.dropLast(10) + $0.suffix(8) }
    let definition = try definition("b")
    for first in stride(from: 0, to: 60, by: 20) {
      // Each time another process, as after a crash.
      let store = try WorkspaceStore(name: "test", path: directory.file())
      let start = try await store.begin(definition) { _ in }
      #expect(start.record.progress.committed == UInt64(first))
      store.apply(
        definition.chunk(
          at: UInt64(first), seed: start.seed, people(first..<(first + 20), name: "b")),
        importID: "b")
      _ = await store.release(importID: "b")
    }
    let last = try WorkspaceStore(name: "test", path: directory.file())
    _ = try await last.begin(definition) { _ in }
    _ = try await last.end(importID: "b", rowCount: 60)
    _ = await last.release(importID: "b")
    let undone = try await last.undo("b")
    #expect(undone.progress.deleted == 10 && undone.progress.restored == 50)
    let after = try memberDump(directory.file()).map { $0.dropLast(10) + $0.suffix(8) }
    #expect(after.map(Array.init) == before.map(Array.init))
  }

  @Test("rows of a group that was taken back leave no before-images")
  func failedGroup() async throws {
    let writer = try WorkspaceWriter(path: directory.file())
    let definition = try definition("a")
    var start = try writer.open(definition, observer: { _ in })
    writer.apply(definition.chunk(seed: start.seed, people(0..<3)), importID: "a")
    #expect(writer.commit() == nil)
    try writer.connection.execute(
      """
      CREATE TEMP TRIGGER fails BEFORE INSERT ON main.member WHEN new.external_id = 'p9'
      BEGIN SELECT raise(ABORT, 'no'); END
      """)
    writer.apply(definition.chunk(at: 3, seed: start.seed, people(3..<12)), importID: "a")
    #expect(writer.release("a").committed == 3)
    try writer.connection.execute("DROP TRIGGER fails")
    start = try writer.open(definition, observer: { _ in })
    writer.apply(definition.chunk(at: 3, seed: start.seed, people(3..<7)), importID: "a")
    try writer.finish("a", rowCount: 7) { _ in }
    #expect(writer.commit() == nil)
    _ = writer.release("a")
    let step = try writer.undoStep("a")
    #expect(step.isDone && step.progress.deleted == 7)
    try expectIndexMatches(writer, "after a failed group and an undo")
  }

  /// Undoes random imports in any order: no identifier is held twice or lost, and the index agrees.
  @Test("imports undone in any order leave a store that keeps its rules", arguments: 0..<8)
  func anyOrder(round: Int) async throws {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed &+ UInt64(round))
    let comment: Comment = "MUSTER_TEST_SEED=\(seed), round \(round)"
    try await makeCatalogue(in: store)
    let mask: UInt64 = round.isMultiple(of: 2) ? .max : 0x0000_0003_FFFF_FFFF
    let writer = try WorkspaceWriter(
      path: directory.file(), seed: HashSeed(first: 1, second: 2, mask: mask))
    let driver = WriterDriver(writer, chunksPerCommit: 2)
    var ids: [String] = []
    for number in 1...8 {
      let script = ImportScript.random(number: number, rowCount: 60, using: &random)
      let definition = try script.definition(
        id: "i\(number)", catalogue: ImportScript.catalogue)
      let start = try await driver.begin(definition) { _ in }
      driver.apply(
        definition.checker(seed: start.seed).check(TestRows(firstRow: 0, script.cells)),
        importID: definition.importID)
      if writer.progress(definition.importID).map({ $0.counts.received }) == 60 {
        try? writer.finish(definition.importID, rowCount: 60) { _ in }
      }
      _ = await driver.release(importID: definition.importID)
      if try writer.record(definition.importID).state == .open {
        _ = try writer.cancel(definition.importID)
      }
      ids.append(definition.importID)
      guard .random(using: &random), let id = ids.randomElement(using: &random) else { continue }
      ids.removeAll { $0 == id }
      while try !writer.undoStep(id).isDone {}
      try expectIndexMatches(writer, comment)
      try expectRules(writer, comment)
    }
    for id in ids.shuffled(using: &random) {
      while try !writer.undoStep(id).isDone {}
      try expectIndexMatches(writer, comment)
      try expectRules(writer, comment)
    }
  }

  /// No two members share an identifier, and each has one.
  private func expectRules(_ writer: WorkspaceWriter, _ comment: Comment) throws {
    let query = try writer.connection.prepare("SELECT email, phone, external_id FROM member")
    var hashes: [Set<UInt64>] = [[], [], []]
    var counts = [0, 0, 0]
    // A seed of its own, whose hashes do not collide.
    let index = IdentityIndex(seed: HashSeed(first: 3, second: 4, mask: .max))
    while try query.step() {
      for identifier in IdentityIndex.Identifier.allCases {
        let place = identifier.rawValue
        let hash = unsafe index.hash(identifier, query.borrowed(Int32(place)))
        guard hash != 0 else { continue }
        counts[place] += 1
        hashes[place].insert(hash)
      }
    }
    #expect(hashes.map(\.count) == counts, comment)
    let nobody = try writer.connection.integer(
      "SELECT count(*) FROM member WHERE coalesce(email, phone, external_id) IS NULL")
    #expect(nobody == 0, comment)
  }
}
