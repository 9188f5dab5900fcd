import MusterCore
import MusterTestSupport
import Synchronization
import Testing

@testable import MusterStore

/// Lookups see what is committed, and nothing else, whatever the writer is at.
@Suite(.timeLimit(.minutes(2))) struct LookupTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private static let columns = ["external_id", "email"]

  private func holder(_ finder: MemberFinder, _ key: MemberKey) async throws -> UInt64? {
    do throws(StoreError) {
      return try await finder.member(key, Catalogue()).id
    } catch {
      #expect(error == key.notFound)
      return nil
    }
  }

  @Test("a change is found once it is committed, and what it replaced until then")
  func uncommitted() async throws {
    let writer = try WorkspaceWriter(path: directory.file())
    let finder = MemberFinder(
      lookup: IdentityLookup(writer.index), readers: ReaderPool(path: directory.file()))
    var options = ImportOptions()
    options.clearToken = [UInt8(ascii: "-")]
    let rows = try definition("i", columns: Self.columns, options: options)
    _ = try writer.open(rows) { _ in }
    writer.apply(
      rows.chunk(seed: writer.seed, [["p1", "a@x.org"], ["p2", ""]]), importID: "i")
    #expect(try await holder(finder, .email("a@x.org")) == nil)
    writer.commit()
    #expect(try await holder(finder, .email("A@X.org")) == 1)
    writer.apply(
      rows.chunk(at: 2, seed: writer.seed, [["p1", "b@x.org"], ["p2", "a@x.org"], ["p3", ""]]),
      importID: "i")
    #expect(try await holder(finder, .email("a@x.org")) == 1)
    #expect(try await holder(finder, .email("b@x.org")) == nil)
    #expect(try await holder(finder, .externalID("p3")) == nil)
    writer.commit()
    #expect(try await holder(finder, .email("a@x.org")) == 2)
    #expect(try await holder(finder, .email("b@x.org")) == 1)
    #expect(try await holder(finder, .externalID("p3")) == 3)
    // What is taken back was never there.
    writer.apply(
      rows.chunk(at: 5, seed: writer.seed, [["p1", "-"], ["p4", "c@x.org"]]), importID: "i")
    #expect(try await holder(finder, .email("b@x.org")) == 1)
    _ = writer.fail(StoreError(.internalError, "A test takes it back."))
    #expect(try await holder(finder, .email("b@x.org")) == 1)
    #expect(try await holder(finder, .email("c@x.org")) == nil)
  }

  @Test(
    "an email that moves from member to member is always somebody's"
  )
  func movingEmail() async throws {
    let store = try WorkspaceStore(name: "test", path: directory.file())
    try await store.importRows("first", Self.columns, [["p0", "m@x.org"], ["p1", ""]])
    var options = ImportOptions()
    options.clearToken = [UInt8(ascii: "-")]
    let rows = try definition("moves", columns: Self.columns, options: options)
    let start = try await store.begin(rows) { _ in }
    let isOver = Flag()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<2 {
        group.addTask { [store] in
          var count = 0
          while !isOver.isSet {
            let member = try await store.member(.email("m@x.org"))
            #expect([1, 2].contains(member.id))
            count += 1
            await Task.yield()
          }
          return count
        }
      }
      for move in 0..<400 {
        let (from, to) = move.isMultiple(of: 2) ? ("p0", "p1") : ("p1", "p0")
        store.apply(
          rows.chunk(at: UInt64(move * 2), seed: start.seed, [[from, "-"], [to, "m@x.org"]]),
          importID: "moves")
        // Each pair of rows is a commit of its own, as a rule.
        if move.isMultiple(of: 4) { _ = try await store.importRecord("moves") }
      }
      let record = try await store.finish(importID: "moves", rowCount: 800).record
      #expect(record.progress.counts.updated == 800)
      isOver.set()
      for try await count in group { #expect(count > 0) }
    }
  }

  @Test("questions are answered whoever has the turn, and none is lost")
  func turns() async {
    let turns = IndexTurns()
    let number = Number()
    @Sendable func candidates(_ identifier: IdentityIndex.Identifier, _ hash: UInt64) -> [UInt32] {
      [number.value]
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for next in 1...20_000 as ClosedRange<UInt32> {
          turns.take()
          number.value = next
          turns.give(candidates)
          if next.isMultiple(of: 100) { await Task.yield() }
        }
      }
      for _ in 0..<4 {
        group.addTask {
          var last: UInt32 = 0
          for _ in 0..<2_000 {
            let answer = await withCheckedContinuation { continuation in
              turns.ask(
                IndexTurns.Question(identifier: .email, hash: 1, answer: continuation), candidates)
            }
            #expect(answer.candidates.first.map { $0 >= last } == true)
            last = answer.candidates.first ?? 0
          }
        }
      }
    }
  }

  @Test("a page ends at its bounds, and the next one goes on")
  func pages() async throws {
    let store = try WorkspaceStore(name: "test", path: directory.file())
    let long = String(repeating: "x", count: 60_000)
    try await store.importRows(
      "i", ["external_id", "description"], (0..<12).map { ["p\($0)", long] })
    let page = try await store.members(MemberQuery())
    #expect(page.members.count == 5 && page.next == 5)
    var query = MemberQuery()
    query.after = page.next
    #expect(try await store.members(query).members.map(\.id) == [6, 7, 8, 9, 10])
    query.after = 10
    let last = try await store.members(query)
    #expect(last.members.map(\.id) == [11, 12] && last.next == 0)
    query.after = .max
    #expect(try await store.members(query) == MemberPage(members: [], next: 0))
  }

  @Test("a search looks at a bounded number of members for each page")
  func scanBound() async throws {
    let store = try WorkspaceStore(name: "test", path: directory.file())
    let count = MemberRows.scannedMax + 10
    var limits = Limits()
    limits.rowsPerImport = 0
    try await store.importRows("i", ["external_id", "name"], people(0..<count, name: "n"))
    _ = try await store.signUp(["external_id": "p\(count - 1)", "name": "needle"])
    var query = MemberQuery()
    query.filter = try MemberFilter(role: "", labels: [], text: "NEEDLE", catalogue: Catalogue())
    let first = try await store.members(query)
    #expect(first == MemberPage(members: [], next: UInt64(MemberRows.scannedMax)))
    query.after = first.next
    let second = try await store.members(query)
    #expect(second.members.map(\.name) == ["needle"] && second.next == 0)
  }
}

private final class Flag: Sendable {
  private let flag = Atomic(false)
  var isSet: Bool { flag.load(ordering: .relaxed) }
  func set() { flag.store(true, ordering: .relaxed) }
}

/// A number that is safe to be changed and read by whoever has the turn, and by nobody else.
private final class Number: @unchecked Sendable {
  var value: UInt32 = 0
}
