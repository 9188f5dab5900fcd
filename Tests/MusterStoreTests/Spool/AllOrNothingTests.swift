import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

struct AllOrNothingTests {
  let directory: TemporaryDirectory
  let store: WorkspaceStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try WorkspaceStore(name: "test", path: directory.file())
  }

  private static let columns = ["external_id", "email"]

  @Test("one fault, and nothing is applied; every row counts as rejected, all faults are told")
  func refused() async throws {
    try await store.importRows("1", Self.columns, [["a", "a@x.org"]])
    let before = try memberDump(directory.file())
    let rows = [["a", "b@x.org"], ["b", "c@x.org"], ["c", "bad"], ["b", "b@x.org"], ["", ""]]
    let done = try await store.importAllOrNothing("2", Self.columns, rows)
    #expect(try memberDump(directory.file()) == before)
    #expect(done.record.state == .refused)
    let counts = done.record.progress.counts
    #expect(counts.received == 5 && counts.rejected == 5 && counts.faults == 3)
    #expect(counts.identifierChanges == 0 && counts.repeats == 0)
    #expect(done.record.progress.committed == 5)
    #expect(done.faults.map(\.row) == [3, 4, 5])
    #expect(done.faults.map(\.code) == [.invalidEmail, .identifierConflict, .noIdentifier])
    // The ledger says the same.
    let record = try await store.importRecord("2")
    #expect(record == done.record && !record.hasImages)
    #expect(try await store.faults(of: "2", from: 0).elements == done.faults)
    let undo = await LedgerTests.error { _ = try await store.undoStep(importID: "2") }
    #expect(undo?.code == .failedPrecondition)
    #expect(undo?.message.contains("nothing to undo") == true)
    // Begun again, it tells how it ended.
    var options = ImportOptions()
    options.isAllOrNothing = true
    let again = try definition("2", columns: Self.columns, options: options)
    #expect(try await store.begin(again) { _ in }.record.state == .refused)
    let other = try definition("2", columns: Self.columns)
    #expect(await LedgerTests.error { _ = try await store.begin(other) { _ in } } != nil)
  }

  @Test("without a fault every row is applied, and can be undone as of any other import")
  func applied() async throws {
    try await store.importRows("1", Self.columns, [["a", "a@x.org"]])
    let before = try dump(
      directory.file(), "SELECT id, email, external_id FROM member", columns: 3)
    let done = try await store.importAllOrNothing(
      "2", Self.columns, [["a", "b@x.org"], ["b", "a@x.org"]])
    #expect(done.record.state == .finished && done.record.progress.committed == 2)
    #expect(done.record.progress.counts.created == 1 && done.record.progress.counts.updated == 1)
    #expect(done.faults.isEmpty && done.changes.isEmpty)
    var isDone = false
    while !isDone { isDone = try await store.undoStep(importID: "2").isDone }
    #expect(
      try dump(directory.file(), "SELECT id, email, external_id FROM member", columns: 3)
        == before)
  }

  @Test("it stops after so many faults, and nothing of it is applied")
  func stopped() async throws {
    var options = ImportOptions()
    options.faultsMax = 2
    let rows = [["a", "a@x.org"], ["b", "bad"], ["c", "bad"], ["d", "bad"]]
    let done = try await store.importAllOrNothing("1", Self.columns, rows, options: options)
    #expect(done.record.state == .stopped)
    #expect(done.faults.map(\.row) == [2, 3])
    let counts = done.record.progress.counts
    #expect(counts.received == 3 && counts.rejected == 3 && counts.faults == 2)
    #expect(try memberDump(directory.file()).isEmpty)
    options.isAllOrNothing = true
    let again = try definition("1", columns: Self.columns, options: options)
    let error = await LedgerTests.error { _ = try await store.begin(again) { _ in } }
    #expect(error?.message.contains("all or nothing, so nothing of it was applied") == true)
  }

  @Test("after a crash it begins again at row 0, and nothing had been applied")
  func crash() async throws {
    var options = ImportOptions()
    options.isAllOrNothing = true
    let whole = try definition("i", options: options)
    let start = try await store.begin(whole) { _ in }
    store.apply(whole.chunk(seed: start.seed, people(0..<3)), importID: "i")
    try await store.run { writer throws(StoreError) in _ = writer.commit() }
    // A daemon that is gone releases nothing; another one opens the file.
    let again = try WorkspaceStore(name: "test", path: directory.file())
    let record = try await again.importRecord("i")
    #expect(record.state == .open && record.progress == ImportProgress())
    let started = try await again.begin(whole) { _ in }
    #expect(started.record.progress.counts.received == 0)
    again.apply(whole.chunk(seed: started.seed, people(0..<4)), importID: "i")
    let done = try await again.finish(importID: "i", rowCount: 4)
    _ = await again.release(importID: "i")
    #expect(done.record.progress.counts.created == 4 && done.record.state == .finished)
  }

  @Test("it is running while its rows come, and can be cancelled")
  func cancelled() async throws {
    var options = ImportOptions()
    options.isAllOrNothing = true
    let whole = try definition("i", options: options)
    let log = EventLog()
    let start = try await store.begin(whole, observer: log.observer)
    store.apply(whole.chunk(seed: start.seed, people(0..<3)), importID: "i")
    #expect(try await store.importRecord("i").state == .running)
    let second = await LedgerTests.error { _ = try await store.begin(whole) { _ in } }
    #expect(second?.code == .aborted)
    #expect(try await store.cancel("i").state == .cancelled)
    #expect(log.failure?.code == .cancelled)
    let error = await LedgerTests.error {
      _ = try await store.finish(importID: "i", rowCount: 3)
    }
    #expect(error?.code == .cancelled)
    _ = await store.release(importID: "i")
    #expect(try memberDump(directory.file()).isEmpty)
    #expect(try await store.importRecord("i").state == .cancelled)
  }

  @Test("a wrong number of rows, and a gap, apply nothing")
  func wrongRows() async throws {
    var options = ImportOptions()
    options.isAllOrNothing = true
    let whole = try definition("i", options: options)
    for (first, told, code) in [
      (0, 4, StoreError.Code.outOfRange), (1, 3, .outOfRange),
    ] as [(UInt64, UInt64, StoreError.Code)] {
      let start = try await store.begin(whole) { _ in }
      store.apply(whole.chunk(at: first, seed: start.seed, people(0..<3)), importID: "i")
      let error = await LedgerTests.error {
        _ = try await store.finish(importID: "i", rowCount: told)
      }
      #expect(error?.code == code)
      _ = await store.release(importID: "i")
      #expect(try await store.importRecord("i").state == .open)
    }
    #expect(try memberDump(directory.file()).isEmpty)
  }

  @Test("at a full disk nothing is applied, and it goes through when there is room")
  func fullDisk() async throws {
    try await store.run { writer throws(StoreError) in
      try writer.connection.execute("PRAGMA max_page_count = 30")
    }
    let rows = people(0..<900, name: String(repeating: "n", count: 1_000))
    let columns = ["external_id", "name"]
    let error = await LedgerTests.error {
      _ = try await store.importAllOrNothing("i", columns, rows)
    }
    #expect(error?.code == .resourceExhausted)
    #expect(try memberDump(directory.file()).isEmpty)
    #expect(try await store.importRecord("i").progress == ImportProgress())
    try await store.run { writer throws(StoreError) in
      try writer.connection.execute("PRAGMA max_page_count = 100000")
    }
    let done = try await store.importAllOrNothing("i", columns, rows)
    #expect(done.record.progress.counts.created == 900)
  }

  @Test("the ledger keeps as many faults as it may; all are told")
  func ledgerFaults() async throws {
    var limits = Limits()
    limits.ledgerFaultsMax = 7
    let rows = (0..<50).map { ["p\($0)", "bad"] }
    let done = try await store.importAllOrNothing("i", Self.columns, rows, limits: limits)
    #expect(done.faults.count == 50)
    #expect(try await store.faults(of: "i", from: 0).elements == Array(done.faults.prefix(7)))
  }

  @Test("more rows than any group of commits holds are applied in one")
  func manyRows() async throws {
    let count = GroupCommit.rowsMax + 50_000
    var limits = Limits()
    limits.spooledRowsMax = UInt64(count)
    var options = ImportOptions()
    options.isAllOrNothing = true
    let whole = try definition(
      "i", columns: ["external_id"], options: options, limits: limits)
    let start = try await store.begin(whole) { _ in }
    for first in stride(from: 0, to: count, by: 8_192) {
      let rows = (first..<min(first + 8_192, count)).map { ["p\($0)"] }
      store.apply(whole.chunk(at: UInt64(first), seed: start.seed, rows), importID: "i")
    }
    // The last row has a fault, and all others go with it.
    store.apply(whole.chunk(at: UInt64(count), seed: start.seed, [[""]]), importID: "i")
    let done = try await store.finish(importID: "i", rowCount: UInt64(count) + 1)
    _ = await store.release(importID: "i")
    #expect(done.record.state == .refused)
    #expect(done.record.progress.counts.rejected == UInt64(count) + 1)
    #expect(try dump(directory.file(), "SELECT count(*) FROM member", columns: 1) == [["'0'"]])
  }
}
