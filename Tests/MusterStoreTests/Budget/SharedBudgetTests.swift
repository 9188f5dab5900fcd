import MusterCore
import MusterTestSupport
import Synchronization
import Testing

@testable import MusterStore

/// Many tasks use more workspaces than have room: each row is applied once, whoever closes when.
@Suite(.timeLimit(.minutes(5))) struct SharedBudgetTests {
  private static let workspaceCount = 20
  private static let taskCount = 12
  private static let roundsPerTask = 40

  /// What a workspace has to hold: the value that each of its members was given last, by external
  /// id, and how many imports have begun.
  private final class Expected: Sendable {
    let names = Mutex<[String: String]>([:])
    let importCount = Atomic(0)
  }

  @Test("20 workspaces under a budget for 3: counts and members are the model's")
  func manyTasks() async throws {
    let seed = testSeed()
    let temporary = try TemporaryDirectory()
    let scene = try BudgetScene(temporary.file("data")) { budget in
      // A small workspace takes somewhat more than 1 MiB.
      budget.memoryBytesMax = 5 << 20
      budget.openMax = Self.workspaceCount
    }
    let names = (0..<Self.workspaceCount).map { "w\($0)" }
    for name in names { _ = try scene.directory.create(name) }
    let expected = names.map { _ in Expected() }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for task in 0..<Self.taskCount {
        tasks.addTask {
          var random = SeededGenerator(seed: seed &+ UInt64(task))
          for round in 0..<Self.roundsPerTask {
            let place = Int.random(in: 0..<Self.workspaceCount, using: &random)
            let store = try scene.directory.workspace(names[place])
            // Each task has members of its own, so that the order of tasks does not matter.
            try await Self.use(
              store, expected[place], "t\(task)", "\(task)-\(round)", &random)
          }
        }
      }
      try await tasks.waitForAll()
    }
    #expect(scene.closingCount >= Self.workspaceCount, "seed \(seed)")
    for (name, expected) in zip(names, expected) {
      let store = try scene.directory.workspace(name)
      let rows = try dump(store.location, "SELECT external_id, name FROM member", columns: 2)
      let held = Dictionary(rows.map { ($0[0], $0[1]) }, uniquingKeysWith: { one, _ in one })
      let wanted = expected.names.withLock { $0 }
      #expect(rows.count == wanted.count, "\(name), seed \(seed)")
      #expect(
        held == Dictionary(uniqueKeysWithValues: wanted.map { ("'\($0)'", "'\($1)'") }),
        "\(name), seed \(seed)")
      let imports = try await store.imports(ImportQuery(countMax: 100)).records
      #expect(imports.count == expected.importCount.load(ordering: .relaxed), "seed \(seed)")
      #expect(imports.allSatisfy { $0.state == .finished })
      for record in imports {
        let counts = record.progress.counts
        #expect(counts.received == counts.created + counts.updated + counts.unchanged)
      }
    }
    // A check compares the index with the file.
    let (_, check) = try scene.directory.check(names[0])
    while try await check.step() != nil {}
    #expect(check.report.findings.isEmpty, "seed \(seed)")
  }

  /// An import in two parts with a break in between, a lookup, or a signup's worth of rows.
  private static func use(
    _ store: WorkspaceStore, _ expected: Expected, _ owner: String, _ id: String,
    _ random: inout SeededGenerator
  ) async throws {
    if Int.random(in: 0..<4, using: &random) == 0 { return try await look(store, expected, owner) }
    let first = Int.random(in: 0..<50, using: &random)
    let rows = (first..<(first + Int.random(in: 2...30, using: &random))).map {
      ["\(owner)-\($0)", "n\(Int.random(in: 0..<3, using: &random))"]
    }
    let definition = try definition(id)
    expected.importCount.add(1, ordering: .relaxed)
    let half = rows.count / 2
    let start = try await store.begin(definition) { _ in }
    store.apply(definition.chunk(seed: start.seed, Array(rows[..<half])), importID: id)
    if Bool.random(using: &random) {
      #expect(await store.release(importID: id).committed == half)
      await Task.yield()
      #expect(try await store.begin(definition) { _ in }.record.progress.committed == half)
    }
    let rest = definition.chunk(at: UInt64(half), seed: store.hashSeed, Array(rows[half...]))
    store.apply(rest, importID: id)
    let counts = try await store.end(importID: id, rowCount: UInt64(rows.count)).progress.counts
    _ = await store.release(importID: id)
    let (known, changed) = expected.names.withLock { names in
      let before = names
      for row in rows { names[row[0]] = row[1] }
      let known = rows.count { before[$0[0]] != nil }
      return (known, rows.count { before[$0[0]] != nil && before[$0[0]] != $0[1] })
    }
    #expect(counts.created == rows.count - known && counts.updated == changed)
  }

  private static func look(
    _ store: WorkspaceStore, _ expected: Expected, _ owner: String
  ) async throws {
    // Nobody else changes the members of this task.
    let own = expected.names.withLock { names in
      names.filter { $0.key.hasPrefix(owner + "-") }.min { $0.key < $1.key }
    }
    guard let (id, name) = own else { return }
    #expect(try await store.member(.externalID(id)).name == name)
  }
}
