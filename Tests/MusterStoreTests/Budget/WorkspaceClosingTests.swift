import Foundation
import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// A workspace that closes loses nothing of what it had, and opens again when it is used.
@Suite(.timeLimit(.minutes(2))) struct WorkspaceClosingTests {
  let temporary: TemporaryDirectory
  let scene: BudgetScene

  init() throws {
    temporary = try TemporaryDirectory()
    scene = try BudgetScene(temporary.file("data"))
  }

  private func logBytes(_ name: String) throws -> Int {
    try bytes(ofFile: scene.file(of: name) + "-wal").count
  }

  @Test("a workspace that is idle closes, and gives back its index, files and connections")
  func idle() async throws {
    let store = try scene.directory.create("a")
    try await store.importRows("1", ["external_id"], [["p"], ["q"]])
    // A reader that is kept for the next call goes too.
    #expect(try await store.member(.externalID("q")).id == 2)
    weak let lookup = store.uses.lookup
    #expect(lookup != nil)
    scene.pass(seconds: 599)
    #expect(await store.isOpenAfterAll())
    scene.pass(seconds: 1)
    #expect(await scene.reasonOfClosing("a") == .idle)
    #expect(OpenFiles.count(scene.file(of: "a")) == 0 && lookup == nil)
    #expect(try logBytes("a") == 0)
    #expect(
      try !FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").contains { name in
        let target = try? FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/self/fd/\(name)")
        return target?.hasPrefix(scene.file(of: "a")) ?? false
      })
    // Looked up in any way, it is there again.
    #expect(try await store.member(.id(1)).id == 1)
    #expect(await store.isOpenAfterAll())
    #expect(try scene.directory.workspace("a") === store)
  }

  @Test("members, catalogue, ledger, seed and numbers are what they were")
  func keepsAll() async throws {
    let store = try scene.directory.create("a")
    _ = try await store.createLabels(["vip"])
    try await store.createForm(Form(slug: "f", fields: [FormField(slug: "x", type: .text)]))
    let columns = ["email", "external_id", "labels", "form.f.x"]
    let rows = (0..<300).map { ["m\($0)@x.org", "p\($0)", "vip", "\($0)"] }
    try await store.importRows("1", columns, rows)
    // The number of a deleted member is not given again, also if it was the last one.
    #expect(try await store.deleteMember(.externalID("p299")) == 300)
    let before = (catalogue: store.catalogue, members: try memberDump(store.location))
    let record = try await store.importRecord("1")

    #expect(await store.closes())
    #expect(store.catalogue == before.catalogue)
    #expect(try memberDump(store.location) == before.members)
    #expect(try await store.importRecord("1") == record)
    #expect(store.catalogue == before.catalogue)

    #expect(await store.closes())
    // The same rows again: all but the deleted one change nothing.
    try await store.importRows("2", columns, rows)
    let counts = try await store.importRecord("2").progress.counts
    #expect(counts.unchanged == 299 && counts.created == 1)
    #expect(try await store.member(.email("M299@x.org")).id == 301)
    #expect(await store.closes())
    #expect(try await store.undo("2").progress.deleted == 1)
    #expect(try memberDump(store.location) == before.members)
  }

  @Test("rows that were checked before it closed are right after it opened again")
  func rowsUnderWay() async throws {
    let store = try scene.directory.create("a")
    try await store.importRows("1", ["external_id", "name"], people(0..<100))
    let rows = try definition("2")
    let checked = rows.chunk(seed: store.hashSeed, people(50..<150))
    #expect(await store.closes())
    _ = try await store.begin(rows) { _ in }
    store.apply(checked, importID: "2")
    let counts = try await store.end(importID: "2", rowCount: 100).progress.counts
    #expect(counts.unchanged == 50 && counts.created == 50)
    _ = await store.release(importID: "2")
  }

  @Test("an import that was left open goes on at its row")
  func resuming() async throws {
    let store = try scene.directory.create("a")
    let rows = try definition("1")
    let start = try await store.begin(rows) { _ in }
    store.apply(rows.chunk(seed: start.seed, people(0..<70)), importID: "1")
    #expect(await store.release(importID: "1").committed == 70)
    #expect(await store.closes())
    let again = try await store.begin(rows) { _ in }
    #expect(again.record.progress.committed == 70)
    store.apply(rows.chunk(at: 70, seed: again.seed, people(70..<100)), importID: "1")
    #expect(try await store.end(importID: "1", rowCount: 100).progress.counts.created == 100)
    _ = await store.release(importID: "1")
    #expect(await store.closes())
    #expect(try await store.begin(rows) { _ in }.record.state == .finished)
  }

  @Test("one whose file is gone when it is used again is refused, and makes none")
  func fileGone() async throws {
    let store = try scene.directory.create("a")
    try await store.importRows("1", ["external_id"], [["p"]])
    #expect(await store.closes())
    let file = scene.file(of: "a")
    try FileManager.default.moveItem(atPath: file, toPath: file + "-away")
    for _ in 0..<2 {
      let error = await #expect(throws: StoreError.self) { try await store.createRole("x") }
      #expect(error?.code == .dataLoss)
      await #expect(throws: StoreError.self) { try await store.member(.externalID("p")) }
    }
    #expect(!FileManager.default.fileExists(atPath: file))
    #expect(await store.release(importID: "1") == ImportProgress())
    try FileManager.default.moveItem(atPath: file + "-away", toPath: file)
    #expect(try await store.member(.externalID("p")).id == 1)
  }

  @Test("a closed workspace can be renamed, deleted, checked, exported and copied")
  func closedOnes() async throws {
    let store = try scene.directory.create("a")
    try await store.importRows("1", ["external_id"], [["p"], ["q"]])
    #expect(await store.closes())
    do {
      let (_, check) = try scene.directory.check("a")
      while try await check.step() != nil {}
      #expect(check.report.findings.isEmpty && check.report.members == 2)
    }
    #expect(await !store.isOpenAfterAll())
    #expect(try exported(store.location, catalogue: store.catalogue).count == 3)
    #expect(try await store.memberCounts().roles == [2: 2])
    #expect(await !store.isOpenAfterAll())
    do {
      let backup = store.makeBackup()
      while try await backup.step() != nil {}
      #expect(backup.memberCount == 2)
    }

    _ = try scene.directory.rename("a", to: "b")
    let renamed = try scene.directory.workspace("b") as WorkspaceStore
    #expect(await renamed.closes())
    #expect(try scene.directory.delete("b", withMembers: true) == 2)
    #expect(try scene.directory.list().map(\.name) == ["default"])
    #expect(scene.directory.open.count == 1)
  }

  @Test("a catalogue that others have changed meanwhile has another version")
  func changedCatalogue() async throws {
    let store = try scene.directory.create("a")
    let version = store.catalogue.version
    #expect(await store.closes())
    let other = try Connection(path: store.location, mode: .writer, cacheBytes: 1 << 20)
    try other.execute("INSERT INTO label(slug, created_at) VALUES('vip', 0)")
    #expect(try other.copyLog(.emptying))
    _ = try await store.imports(ImportQuery())
    #expect(store.catalogue.labels == ["vip"] && store.catalogue.version == version + 1)
  }
}
