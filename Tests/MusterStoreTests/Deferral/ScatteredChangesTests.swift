import MusterCore
import MusterTestSupport
import Synchronization
import Testing

@testable import MusterStore

/// Changes all over a store wait for each other, and nobody who reads in between misses them.
struct ScatteredChangesTests {
  let directory: TemporaryDirectory
  let driver: WriterDriver
  private static let memberCount = 20_000

  /// A store of members with a page of text each ten, so that few of them share a page.
  init() async throws {
    directory = try TemporaryDirectory()
    driver = WriterDriver(try WorkspaceWriter(path: directory.file()), chunksPerCommit: .max)
    driver.writer.cacheLender = CacheLender()
    let text = String(repeating: "t", count: 1_000)
    try await apply(people(0..<Self.memberCount, name: text), id: "new")
    _ = try await driver.end(importID: "new", rowCount: UInt64(Self.memberCount))
    _ = await driver.release(importID: "new")
  }

  private func apply(_ rows: [[String]], id: String) async throws {
    let definition = try definition(id)
    let start = try await driver.begin(definition) { _ in }
    driver.apply(definition.chunk(seed: start.seed, rows), importID: id)
  }

  private static let scattered = stride(from: 0, to: memberCount, by: 97).map {
    ["p\($0)", "changed"]
  }

  private var changedCount: Int64 {
    get throws {
      try driver.writer.connection.integer(
        "SELECT count(*) FROM member WHERE name = 'changed'")
    }
  }

  @Test("they are written with the commit, not before, and all at once")
  func writtenAtCommit() async throws {
    try await apply(Self.scattered, id: "a")
    #expect(try changedCount == 0)
    #expect(driver.writer.cacheLoan != nil)
    driver.writer.commit()
    #expect(try changedCount == Int64(Self.scattered.count))
    #expect(driver.writer.applier.deferred.isEmpty)
  }

  @Test("changes of neighbours are written at once")
  func neighbours() async throws {
    try await apply(people(0..<200, name: "changed"), id: "a")
    #expect(try changedCount == 200)
    #expect(driver.writer.applier.deferred.isEmpty)
  }

  @Test("a failed group takes them back")
  func rollback() async throws {
    try await apply(Self.scattered, id: "a")
    _ = driver.writer.fail(StoreError(.resourceExhausted, "The disk is full."))
    #expect(driver.writer.applier.deferred.isEmpty)
    driver.writer.commit()
    #expect(try changedCount == 0)
    try expectIndexMatches(driver.writer, "after a failed group")
  }

  @Test("a signup of one of them is answered with what the import has changed")
  func signUp() async throws {
    try await apply(Self.scattered, id: "a")
    let catalogue = try driver.writer.catalogueTables.load(version: 1)
    let definition = try definition("", catalogue: catalogue)
    let chunk = definition.chunk(seed: driver.writer.seed, [["p97", ""]])
    let answer = Mutex<SignupOutcome?>(nil)
    try driver.writer.signUp(chunk, definition) { result in
      answer.withLock { $0 = try? result.get() }
    }
    driver.writer.commit()
    let outcome = answer.withLock { $0 }
    guard case .accepted(let member, isCreated: false, isChanged: false) = outcome else {
      Issue.record("\(String(describing: outcome))")
      return
    }
    #expect(member.name == "changed")
  }

  @Test("a check of the index sees them")
  func check() async throws {
    try await apply(Self.scattered, id: "a")
    let comparison = try driver.writer.compareIndex(1...Int64(Self.memberCount))
    #expect(comparison.wrong == [])
    #expect(try changedCount == Int64(Self.scattered.count))
  }

  @Test("the larger cache goes back when no import is running")
  func cacheLoan() async throws {
    try await apply(Self.scattered, id: "a")
    driver.writer.commit()
    driver.writer.shrinkCache()
    #expect(driver.writer.cacheLoan != nil)
    _ = await driver.release(importID: "a")
    driver.writer.shrinkCache()
    #expect(driver.writer.cacheLoan == nil)
  }
}
