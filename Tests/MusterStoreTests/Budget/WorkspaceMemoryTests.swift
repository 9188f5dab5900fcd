import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// What open workspaces take, and how they give it back without closing.
@Suite(.timeLimit(.minutes(2))) struct WorkspaceMemoryTests {
  let temporary: TemporaryDirectory
  let scene: BudgetScene

  init() throws {
    temporary = try TemporaryDirectory()
    scene = try BudgetScene(temporary.file("data"))
  }

  @Test("the page cache goes, and the index stays")
  func emptying() async throws {
    let store = try scene.directory.create("a")
    let note = String(repeating: "x", count: 500)
    try await store.importRows("1", ["external_id", "name"], people(0..<4_000, name: note))
    // A reader that is kept has a cache of its own.
    #expect(try await store.members(MemberQuery(countMax: 1_000)).members.count > 100)
    let before = try await store.run { $0.usage }
    #expect(before.cacheBytes > 2 << 20 && store.readers.cacheBytes > 0)
    // Three tables of one identifier's entries, and the fingerprints of a block of members.
    #expect(before.indexBytes > 1 << 20 && before.indexBytes < 4 << 20)
    store.emptyCaches()
    let after = try await store.run { $0.usage }
    #expect(after.cacheBytes < 1 << 20 && store.readers.cacheBytes == 0)
    #expect(after.indexBytes == before.indexBytes)
    #expect(try await store.member(.externalID("p3999")).name == note)
  }

  @Test("over the budget caches go first, then the least recently used closes")
  func overBudget() async throws {
    let scene = try BudgetScene(temporary.file("other")) { $0.memoryBytesMax = 4 << 20 }
    let note = String(repeating: "x", count: 500)
    for name in ["a", "b", "c", "d"] {
      let store = try scene.directory.create(name)
      try await store.importRows("1", ["external_id", "name"], people(0..<4_000, name: note))
      scene.pass(seconds: 1)
    }
    #expect(await scene.reasonOfClosing("a") == .memory)
    #expect(scene.directory.open.bytes < 8 << 20)
    let first = try scene.directory.workspace("a")
    #expect(try await first.member(.externalID("p7")).name == note)
  }

  @Test("workspaces with imports share two full caches")
  func sharing() async throws {
    let stores = try ["a", "b", "c"].map { try scene.directory.create($0) }
    for store in stores {
      let rows = try definition("1")
      let start = try await store.begin(rows) { _ in }
      store.apply(rows.chunk(seed: start.seed, people(0..<10)), importID: "1")
    }
    let third = WorkspaceBudget.cacheBytes(shared: 3)
    // Each hears of its share when it has worked.
    for store in stores {
      while try await store.run({ $0.cacheShareBytes }) != third { await Task.yield() }
    }
    for store in stores { _ = await store.release(importID: "1") }
    while try await stores[0].run({ $0.cacheShareBytes }) != WorkspaceWriter.cacheBytes {
      await Task.yield()
    }
  }
}
