import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// What happens to the others when one import of a group fails.
struct GroupFailureTests {
  let directory: TemporaryDirectory
  let writer: WorkspaceWriter

  init() throws {
    directory = try TemporaryDirectory()
    writer = try WorkspaceWriter(path: directory.file())
  }

  @Test("a chunk at a wrong row fails its import, and no other one", arguments: [0, 1, 3, 100])
  func wrongRow(firstRow: UInt64) throws {
    let (good, bad) = (EventLog(), EventLog())
    let goodImport = try definition("good")
    let badImport = try definition("bad", columns: ["name", "external_id"])
    _ = try writer.open(goodImport, observer: good.observer)
    _ = try writer.open(badImport, observer: bad.observer)
    writer.commit()
    writer.apply(badImport.chunk(seed: writer.seed, [["a", "b1"], ["a", "b2"]]), importID: "bad")
    writer.commit()
    writer.apply(goodImport.chunk(seed: writer.seed, people(0..<3)), importID: "good")
    let wrong = badImport.chunk(at: firstRow, seed: writer.seed, [["b", "b1"], ["b", "b3"]])
    writer.apply(wrong, importID: "bad")
    writer.apply(goodImport.chunk(at: 3, seed: writer.seed, people(3..<5)), importID: "good")
    var finishError: StoreError?
    #expect(throws: StoreError.self) { try writer.finish("bad", rowCount: 2) { _ in } }
    try writer.finish("good", rowCount: 5) { [good] error in
      _ = good
      #expect(error == nil)
    }
    finishError = writer.commit()
    #expect(finishError == nil)
    #expect(good.failure == nil)
    #expect(good.committed?.counts.created == 5)
    #expect(bad.failure?.code == .outOfRange)
    #expect(bad.failureAndProgress?.1.committed == 2)
    #expect(bad.failureAndProgress?.1.counts.received == 2)
    let ids = try dump(writer.connection, "SELECT external_id FROM member ORDER BY id", columns: 1)
    #expect(ids.map { $0[0] } == ["'b1'", "'b2'", "'p0'", "'p1'", "'p2'", "'p3'", "'p4'"])
    #expect(try writer.entry("good")?.record.state == .finished)
    #expect(try writer.entry("bad")?.record.state == .open)
    #expect(try writer.entry("bad")?.record.progress.committed == 2)
  }

  @Test("an import that failed takes no more rows until it is begun again")
  func failedImportDropsRows() throws {
    let log = EventLog()
    let rows = try definition("i")
    _ = try writer.open(rows, observer: log.observer)
    writer.apply(rows.chunk(seed: writer.seed, people(0..<2)), importID: "i")
    writer.commit()
    writer.apply(rows.chunk(at: 5, seed: writer.seed, people(5..<6)), importID: "i")
    writer.apply(rows.chunk(at: 2, seed: writer.seed, people(2..<3)), importID: "i")
    writer.commit()
    #expect(log.failure?.code == .outOfRange)
    #expect(try dump(writer.connection, "SELECT id FROM member", columns: 1).count == 2)
    #expect(writer.release("i").committed == 2)
    let start = try writer.open(rows, observer: log.observer)
    #expect(start.record.progress.counts.received == 2)
    writer.apply(rows.chunk(at: 2, seed: writer.seed, people(2..<3)), importID: "i")
    try writer.finish("i", rowCount: 3) { #expect($0 == nil) }
    writer.commit()
    #expect(try writer.entry("i")?.record.progress.counts.created == 3)
  }

  @Test("an import that begins in a group that is taken back is not left without its record")
  func beginInFailingGroup() throws {
    let (full, young) = (EventLog(), EventLog())
    let fullImport = try definition("full")
    let youngImport = try definition("young")
    _ = try writer.open(fullImport, observer: full.observer)
    writer.commit()
    let pages = try writer.connection.integer("PRAGMA page_count")
    try writer.connection.execute("PRAGMA max_page_count = \(pages + 1)")
    _ = try writer.open(youngImport, observer: young.observer)
    let long = String(repeating: "x", count: 30_000)
    writer.apply(
      fullImport.chunk(seed: writer.seed, people(0..<20, name: long)), importID: "full")
    #expect(full.failure?.code == .resourceExhausted)
    try writer.connection.execute("PRAGMA max_page_count = 100000")

    writer.apply(youngImport.chunk(seed: writer.seed, people(0..<3)), importID: "young")
    writer.commit()
    let stored = try dump(writer.connection, "SELECT id FROM member", columns: 1).count
    if young.failure == nil {
      #expect(stored == 3)
      #expect(try writer.entry("young")?.record.progress.counts.created == 3)
    } else {
      // It was told so; what it sends is not applied.
      #expect(stored == 0)
    }
    // Every member's import is one that the ledger knows.
    let orphans = try writer.connection.integer(
      "SELECT count(*) FROM member WHERE import_seq NOT IN (SELECT seq FROM import)")
    #expect(orphans == 0)
  }

  @Test("no transaction stays open where a begin writes nothing")
  func beginHoldsNoTransaction() throws {
    let rows = try definition("i")
    _ = try writer.open(rows, observer: { _ in })
    writer.apply(rows.chunk(seed: writer.seed, people(0..<2)), importID: "i")
    writer.commit()
    _ = writer.release("i")
    #expect(try isWriteLockFree(directory.file()))

    // An interrupted import goes on.
    _ = try writer.open(rows, observer: { _ in })
    writer.commit()
    #expect(try isWriteLockFree(directory.file()))
    try writer.finish("i", rowCount: 2) { _ in }
    writer.commit()
    _ = writer.release("i")

    // A finished one answers.
    _ = try writer.open(rows, observer: { _ in })
    writer.commit()
    #expect(try isWriteLockFree(directory.file()))

    // Other columns are refused.
    let others = try definition("i", columns: ["external_id"])
    #expect(throws: StoreError.self) { try writer.open(others, observer: { _ in }) }
    writer.commit()
    #expect(try isWriteLockFree(directory.file()))
  }
}
