import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// A workspace that is in use does not close.
@Suite(.timeLimit(.minutes(2))) struct WorkspaceInUseTests {
  let temporary: TemporaryDirectory
  let scene: BudgetScene
  let store: WorkspaceStore

  init() throws {
    temporary = try TemporaryDirectory()
    scene = try BudgetScene(temporary.file("data"))
    store = try scene.directory.create("a")
  }

  /// It stays open whether its thread is asked or the budget decides.
  private func expectStays(_ what: Comment) async {
    scene.pass(seconds: 700)
    #expect(await store.isOpenAfterAll(), what)
    #expect(await !store.closes(), what)
  }

  @Test("while an import runs")
  func running() async throws {
    let rows = try definition("1")
    let start = try await store.begin(rows) { _ in }
    await expectStays("an import that has begun")
    store.apply(rows.chunk(seed: start.seed, people(0..<10)), importID: "1")
    await expectStays("an import with rows")
    let record = try await store.end(importID: "1", rowCount: 10)
    #expect(record.progress.counts.created == 10)
    await expectStays("an import that nobody has let go of")
    _ = await store.release(importID: "1")
    #expect(await store.closes())
  }

  @Test("while rows of a preview wait", arguments: [true, false])
  func spooled(_ isPreview: Bool) async throws {
    var options = ImportOptions()
    if isPreview { options.mode = .preview } else { options.isAllOrNothing = true }
    let rows = try definition("1", options: options)
    let start = try await store.begin(rows) { _ in }
    store.apply(rows.chunk(seed: start.seed, people(0..<10)), importID: "1")
    await expectStays("a spool")
    let ending = try await store.finish(importID: "1", rowCount: 10)
    #expect(ending.record.progress.counts.created == 10)
    _ = await store.release(importID: "1")
    #expect(await store.closes())
  }

  @Test("while somebody watches an import")
  func watched() async throws {
    let rows = try definition("1")
    _ = try await store.begin(rows) { _ in }
    _ = await store.release(importID: "1")
    let watch = try await store.watch("1")
    await expectStays("a watch")
    _ = try await store.cancel("1")
    var states: [ImportRecord.State] = []
    for await record in watch { states.append(record.state) }
    #expect(states.last == .cancelled)
    #expect(await store.closes())
  }

  @Test("while it is exported, checked or copied")
  func read() async throws {
    try await store.importRows("1", ["external_id"], people(0..<10).map { [$0[0]] })
    var export: (any MemberExport)? = try store.makeExport(with: [], filter: MemberFilter())
    await expectStays("an export")
    #expect(export != nil)
    export = nil

    var check: (any StoreCheck)? = try scene.directory.check("a").check
    _ = try await check?.step()
    await expectStays("a check")
    check = nil

    var backup: (any StoreBackup)? = store.makeBackup()
    _ = try await backup?.step()
    await expectStays("a copy")
    backup = nil
    // The copy's end is a job of its own.
    _ = await store.isOpenAfterAll()
    #expect(await store.closes())
  }

  @Test(
    "when its file is in doubt: what is refused then stays so until the daemon is started again")
  func inDoubt() async throws {
    try await store.importRows("1", ["external_id"], [["p"]])
    let doubt = StoreError(.unavailable, "The sync failed.")
    try await store.run { $0.damage = doubt }
    await expectStays("damage")
    let error = await #expect(throws: StoreError.self) { try await store.createRole("x") }
    #expect(error == doubt)
    #expect(try await store.member(.externalID("p")).id == 1)
  }

  @Test("when another program has written to its file")
  func foreignWrite() async throws {
    try await store.importRows("1", ["external_id"], [["p"]])
    let other = try Connection(path: store.location, mode: .writer, cacheBytes: 1 << 20)
    try other.execute("INSERT INTO role(slug, created_at) VALUES('other', 0)")
    #expect(await !store.closes())
    let error = await #expect(throws: StoreError.self) { try await store.createRole("x") }
    #expect(error?.code == .dataLoss)
  }

  @Test("when a reader of another program keeps the log from being emptied")
  func foreignReader() async throws {
    try await store.importRows("1", ["external_id"], [["p"]])
    let reader = try Connection(path: store.location, mode: .reader, cacheBytes: 1 << 20)
    try reader.execute("BEGIN")
    #expect(try reader.integer("SELECT count(*) FROM member") == 1)
    try await store.importRows("2", ["external_id"], [["q"]])
    #expect(await !store.closes())
    try reader.execute("COMMIT")
    #expect(await store.closes())
  }

  @Test("as many may be in use as may be open, and one more is told to come again")
  func count() async throws {
    let scene = try BudgetScene(temporary.file("other")) { $0.openMax = 3 }
    // With default, which is open since the first start.
    let stores = try ["a", "b", "c"].map { try scene.directory.create($0) }
    #expect(await scene.reasonOfClosing("default") == .count)
    for store in stores { _ = try await store.begin(definition("1")) { _ in } }
    let fourth = try scene.directory.workspace("default")
    let error = await #expect(throws: StoreError.self) { try await fourth.createRole("x") }
    #expect(error?.reason == .tooManyCalls && error?.facts[.setting] == "workspaces.open")
    #expect(throws: StoreError.self) { try scene.directory.create("d") }
    _ = await stores[1].release(importID: "1")
    #expect(fourth.catalogue.roles.count == 2)
    while (try? await fourth.createLabels(["x"])) == nil { await Task.yield() }
    #expect(await scene.reasonOfClosing("b") == .count)
    #expect(scene.directory.open.count == 3)
  }
}
