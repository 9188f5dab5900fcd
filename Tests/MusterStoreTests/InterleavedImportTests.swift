import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// Imports that run at the same time: their chunks apply in the order in which they come.
struct InterleavedImportTests {
  /// One of the imports that run, and what the model says of it.
  final class Runner {
    let script: ImportScript
    let id: String
    let definition: ImportDefinition
    let log = EventLog()
    var next = 0
    var counts = ImportCounts()
    var faults: [MemberModel.Fault] = []

    init(_ script: ImportScript) throws {
      self.script = script
      id = "import-\(script.number)"
      definition = try script.definition(id: id, catalogue: ImportScript.catalogue)
    }

    var isDone: Bool { next == script.rows.count }

    /// The next rows, for the store and for the model.
    func send(
      _ rowCount: Int, to store: WorkspaceStore, seed: HashSeed, _ model: inout MemberModel
    ) {
      let end = min(next + rowCount, script.rows.count)
      let rows = TestRows(firstRow: UInt64(next), Array(script.cells[next..<end]))
      store.apply(definition.checker(seed: seed).check(rows), importID: id)
      for row in next..<end { faults += model.apply(row: row, of: script, &counts) }
      next = end
    }
  }

  @Test("imports that run at the same time end as the model says", arguments: 0..<6)
  func interleaved(round: Int) async throws {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed &+ UInt64(round))
    let comment: Comment = "MUSTER_TEST_SEED=\(seed), round \(round)"
    let directory = try TemporaryDirectory()
    let store = try await WorkspaceStore.open(
      directory.file(), deferral: round.isMultiple(of: 2) ? DeferralRule() : .always)
    try await makeCatalogue(in: store)
    var model = MemberModel(catalogue: ImportScript.catalogue)
    var runners: [Runner] = []
    var hashSeed = HashSeed()
    for number in 1...4 {
      var script = ImportScript.random(number: number, rowCount: 80, using: &random)
      script.options.faultsMax = 0
      let runner = try Runner(script)
      hashSeed = try await store.begin(runner.definition, observer: runner.log.observer).seed
      runners.append(runner)
    }
    while let runner = runners.filter({ !$0.isDone }).randomElement(using: &random) {
      runner.send(.random(in: 1...30, using: &random), to: store, seed: hashSeed, &model)
      // Between chunks anything may be committed, or a group may go on.
      if random.isOnce(in: 4) { _ = try await store.importRecord(runner.id) }
    }
    for runner in runners {
      let record = try await store.end(
        importID: runner.id, rowCount: UInt64(runner.script.rows.count))
      #expect(record.progress.counts == runner.counts, comment)
      let found = runner.log.faults.map {
        MemberModel.Fault(row: $0.row, column: $0.column, code: $0.code)
      }
      #expect(found.sorted() == runner.faults.sorted(), comment)
      #expect(runner.log.failure == nil, comment)
    }
    try expectSameMembers(directory.file(), model, comment)
  }
}
