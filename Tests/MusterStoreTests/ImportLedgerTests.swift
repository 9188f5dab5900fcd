import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// Listing, watching and cancelling imports.
@Suite(.timeLimit(.minutes(1))) struct ImportLedgerTests {
  private let directory: TemporaryDirectory
  private let store: WorkspaceStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try WorkspaceStore(name: "test", path: directory.file())
  }

  private func begin(_ id: String, _ log: EventLog = EventLog()) async throws -> HashSeed {
    try await store.begin(definition(id), observer: log.observer).seed
  }

  private func apply(_ id: String, _ rows: [[String]], seed: HashSeed) throws {
    store.apply(try definition(id).chunk(seed: seed, rows), importID: id)
  }

  @Test("what a listing says is running has a stream, also in the file of a killed daemon")
  func owners() async throws {
    _ = try await begin("a")
    _ = try await begin("b")
    _ = await store.release(importID: "a")
    func states(_ store: WorkspaceStore, _ wanted: Set<ImportRecord.State> = []) async throws
      -> [String: ImportRecord.State]
    {
      var query = ImportQuery()
      query.states = wanted
      let records = try await store.imports(query).records
      return Dictionary(uniqueKeysWithValues: records.map { ($0.importID, $0.state) })
    }
    #expect(try await states(store) == ["a": .open, "b": .running])
    #expect(try await states(store, [.running]) == ["b": .running])
    #expect(try await states(store, [.open]) == ["a": .open])
    #expect(try await states(store, [.finished]) == [:])
    #expect(try await store.importRecord("b").state == .running)
    let reopened = try WorkspaceStore(name: "test", path: directory.file())
    #expect(try await states(reopened) == ["a": .open, "b": .open])
  }

  @Test("pages give every import once, the newest first", arguments: [1, 3, 7, 100])
  func pages(countMax: Int) async throws {
    for number in 0..<7 {
      _ = try await begin("i\(number)")
      _ = await store.release(importID: "i\(number)")
    }
    var found: [String] = []
    var query = ImportQuery(countMax: countMax)
    repeat {
      let page = try await store.imports(query)
      #expect(page.records.count <= countMax)
      found += page.records.map(\.importID)
      query.before = page.next
    } while query.before != 0
    #expect(found == (0..<7).reversed().map { "i\($0)" })
  }

  @Test("a page of imports with long columns ends early, and none is left out")
  func longColumns() async throws {
    let form = String(repeating: "f", count: 60)
    let fields = (100..<600).map {
      FormField(slug: String(repeating: "x", count: 57) + String($0), type: .text)
    }
    try await store.createForm(Form(slug: form, fields: fields))
    let columns = ["external_id"] + fields.map { "form.\(form).\($0.slug)" }
    let bytes = columns.reduce(0) { $0 + $1.utf8.count + 1 }
    for number in 0..<12 {
      let definition = try definition(
        "i\(number)", columns: columns, catalogue: store.catalogue)
      _ = try await store.begin(definition) { _ in }
      _ = await store.release(importID: definition.importID)
    }
    let first = try await store.imports(ImportQuery())
    #expect(first.records.count == 512 * 1024 / bytes + 1)
    var query = ImportQuery()
    query.before = first.next
    let second = try await store.imports(query)
    #expect(second.next == 0)
    #expect(
      (first.records + second.records).map(\.importID) == (0..<12).reversed().map { "i\($0)" })
  }

  @Test("faults come in pages, each once, in their order")
  func faults() async throws {
    let seed = try await begin("a")
    try apply("a", (0..<1_234).map { _ in ["", "x"] }, seed: seed)
    _ = await store.release(importID: "a")
    var rows: [UInt64] = []
    var next: UInt64? = 0
    while let first = next {
      let page = try await store.faults(of: "a", from: first)
      rows += page.elements.map(\.row)
      next = page.next
    }
    #expect(rows == Array(1...1_234))
    #expect(
      await LedgerTests.error { _ = try await store.faults(of: "x", from: 0) }?.code == .notFound)
    #expect(
      await LedgerTests.error { _ = try await store.kept(of: "x", from: 0) }?.code == .notFound)
  }

  @Test("cancelling a running import tells its stream, keeps what is committed, and is final")
  func cancelRunning() async throws {
    let log = EventLog()
    let seed = try await begin("a", log)
    try apply("a", people(0..<5), seed: seed)
    let record = try await store.cancel("a")
    #expect(record.state == .cancelled && record.progress.committed == 5)
    #expect(record.finishedAt > 0)
    #expect(log.failure?.code == .cancelled)
    // Rows that were on their way are dropped, and a finish is too late.
    store.apply(try definition("a").chunk(at: 5, seed: seed, people(5..<9)), importID: "a")
    let late = await LedgerTests.error { _ = try await store.end(importID: "a", rowCount: 9) }
    #expect(late?.code == .cancelled)
    #expect(await store.release(importID: "a").committed == 5)
    #expect(try await store.importRecord("a") == record)
    #expect(try await store.cancel("a") == record)
    let again = await LedgerTests.error { _ = try await begin("a") }
    #expect(again?.code == .failedPrecondition && again?.message.contains("cancelled") == true)
    #expect(try await store.undoStep(importID: "a").progress.deleted == 5)
  }

  @Test("an open import is cancelled, one that is over is not, and other imports go on")
  func cancelOthers() async throws {
    let seed = try await begin("a")
    _ = await store.release(importID: "a")
    let other = try await begin("b")
    try apply("b", people(0..<3), seed: other)
    #expect(try await store.cancel("a").state == .cancelled)
    try apply("a", people(0..<1), seed: seed)
    #expect(try await store.end(importID: "b", rowCount: 3).state == .finished)
    #expect(
      await LedgerTests.error { _ = try await store.cancel("b") }?.code == .failedPrecondition)
    #expect(await LedgerTests.error { _ = try await store.cancel("x") }?.code == .notFound)
    #expect(try await store.importRecord("b").progress.counts.created == 3)
  }

  @Test("a watcher is told at once, and until the import is over")
  func watching() async throws {
    let seed = try await begin("a")
    var watched = try await store.watch("a").makeAsyncIterator()
    #expect(await watched.next()?.state == .running)
    try apply("a", people(0..<5), seed: seed)
    // A commit may have nothing new to tell; the newest is told in the end.
    while let record = await watched.next(), record.progress.committed < 5 {}
    _ = await store.release(importID: "a")
    while let record = await watched.next(), record.state != .open {}
    _ = try await begin("a")
    while let record = await watched.next(), record.state != .running {}
    _ = try await store.end(importID: "a", rowCount: 5)
    var last: ImportRecord?
    while let record = await watched.next() { last = record }
    #expect(last?.state == .finished)
    // What is over is told once; being undone is not over.
    var undone = try await store.watch("a").makeAsyncIterator()
    #expect(await undone.next()?.state == .finished)
    #expect(await undone.next() == nil)
    #expect(await LedgerTests.error { _ = try await store.watch("x") }?.code == .notFound)
  }

  @Test("who stops watching is forgotten")
  func unwatching() async throws {
    _ = try await begin("a")
    let stream = try await store.watch("a")
    let task = Task { for await _ in stream {} }
    task.cancel()
    await task.value
    let isWatched = try await store.run { writer throws(StoreError) in
      writer.watchers.isWatched("a")
    }
    #expect(!isWatched)
  }
}
