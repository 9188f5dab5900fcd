import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

struct LedgerTests {
  let directory: TemporaryDirectory
  let store: WorkspaceStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try WorkspaceStore(name: "test", path: directory.file())
  }

  static func error(_ body: () async throws -> Void) async -> StoreError? {
    do {
      try await body()
      return nil
    } catch { return error as? StoreError }
  }

  @Test("after a finish the record has the position, the counts and the columns of the import")
  func finished() async throws {
    let rows = try definition("i", columns: ["name", "External_ID", "_Line"])
    let start = try await store.begin(rows, observer: { _ in })
    #expect(start.record.state == .open)
    #expect(start.record.progress == ImportProgress())
    #expect(start.cellByteCount == 0)
    let cells = [
      ["a", "1", "x"], ["b", "1", ""], ["", "1", ""], ["c", "", ""], ["d", "2", ""],
    ]
    store.apply(rows.chunk(seed: start.seed, cells), importID: "i")
    let record = try await store.end(importID: "i", rowCount: 5)
    var counts = ImportCounts()
    counts.created = 2
    counts.updated = 1
    counts.unchanged = 1
    counts.rejected = 1
    counts.repeats = 2
    counts.faults = 1
    #expect(record.progress == ImportProgress(counts: counts, committed: 5))
    #expect(record.state == .finished)
    #expect(record.columns == ["name", "external_id", "_Line"])
    #expect(record.finishedAt >= record.startedAt)
    #expect(try await store.importRecord("i") == record)

    // It answers with its record, from then on and from a new store too.
    _ = await store.release(importID: "i")
    #expect(try await store.begin(rows, observer: { _ in }).record == record)
    let again = try WorkspaceStore(name: "test", path: directory.file())
    #expect(try await again.begin(rows, observer: { _ in }).record == record)
    #expect(try await again.begin(rows, observer: { _ in }).cellByteCount == 9)
    // It takes no more rows.
    again.apply(rows.chunk(at: 5, seed: start.seed, [["e", "3", ""]]), importID: "i")
    #expect(await Self.error { _ = try await again.end(importID: "i", rowCount: 6) } != nil)
    #expect(try dump(directory.file(), "SELECT id FROM member", columns: 1).count == 2)
  }

  @Test("an import of no rows can finish")
  func noRows() async throws {
    _ = try await store.begin(definition("i"), observer: { _ in })
    let record = try await store.end(importID: "i", rowCount: 0)
    #expect(record.state == .finished)
    #expect(record.progress == ImportProgress())
  }

  @Test("an import that is let go of stays open at its position, and goes on there")
  func interrupted() async throws {
    let rows = try definition("i")
    let log = EventLog()
    var start = try await store.begin(rows, observer: { _ in })
    store.apply(rows.chunk(seed: start.seed, people(0..<7)), importID: "i")
    #expect(await store.release(importID: "i").committed == 7)
    #expect(try await store.importRecord("i").state == .open)
    #expect(try await store.importRecord("i").finishedAt == 0)

    let again = try WorkspaceStore(name: "test", path: directory.file())
    start = try await again.begin(rows, observer: log.observer)
    #expect(start.record.progress.committed == 7)
    #expect(start.record.progress.counts.created == 7)
    #expect(start.cellByteCount == 21)
    // A repeat over the interruption is one all the same.
    again.apply(rows.chunk(at: 7, seed: start.seed, people(6..<9, name: "m")), importID: "i")
    let record = try await again.end(importID: "i", rowCount: 10)
    #expect(record.progress.counts.received == 10)
    #expect(record.progress.counts.created == 9)
    #expect(record.progress.counts.repeats == 1)
    let committed = log.events.compactMap { event -> UInt64? in
      if case .committed(let progress) = event { progress.committed } else { nil }
    }
    #expect(committed.allSatisfy { $0 >= 7 })
  }

  @Test("an import goes on only with the same columns and options, at any limits")
  func otherDefinition() async throws {
    let rows = try definition("i")
    _ = try await store.begin(rows, observer: { _ in })
    _ = await store.release(importID: "i")
    var others: [ImportDefinition] = [
      try definition("i", columns: ["name", "external_id"]),
      try definition("i", columns: ["external_id"]),
    ]
    let changes: [(inout ImportOptions) -> Void] = [
      { $0.role = "manager" }, { $0.labels = .replace }, { $0.normalizes = true },
      { $0.clearToken = [0x2D] }, { $0.strictIdentity = true }, { $0.rejectsRepeats = true },
      { $0.ignoresUnknownColumns = true }, { $0.faultsMax = 5 },
    ]
    for change in changes {
      var options = ImportOptions()
      change(&options)
      others.append(try definition("i", options: options))
    }
    for other in others {
      let error = await Self.error { _ = try await store.begin(other, observer: { _ in }) }
      #expect(error?.code == .failedPrecondition)
    }
    var limits = Limits()
    limits.rowsPerImport = 0
    _ = try await store.begin(definition("i", limits: limits), observer: { _ in })
  }

  @Test("columns are told apart and kept, whatever their names hold")
  func columnNames() async throws {
    var options = ImportOptions()
    options.ignoresUnknownColumns = true
    let two = try definition("i", columns: ["external_id", "a,b"], options: options)
    let three = try definition("i", columns: ["external_id", "a", "b"], options: options)
    _ = try await store.begin(two, observer: { _ in })
    _ = await store.release(importID: "i")
    let error = await Self.error { _ = try await store.begin(three, observer: { _ in }) }
    #expect(error?.code == .failedPrecondition)

    let nameless = try definition("j", columns: ["", "external_id", ""], options: options)
    let start = try await store.begin(nameless, observer: { _ in })
    #expect(start.record.columns == ["", "external_id", ""])
    #expect(try await store.importRecord("j").columns == ["", "external_id", ""])
  }

  @Test("an import that is running cannot be begun a second time")
  func running() async throws {
    let rows = try definition("i")
    _ = try await store.begin(rows, observer: { _ in })
    #expect(
      await Self.error { _ = try await store.begin(rows, observer: { _ in }) }?.code == .aborted)
    _ = await store.release(importID: "i")
    _ = try await store.begin(rows, observer: { _ in })
  }

  @Test(
    "a finish with another number of rows is refused, and the import goes on", arguments: [0, 2, 4])
  func wrongTotal(rowCount: UInt64) async throws {
    let rows = try definition("i")
    let start = try await store.begin(rows, observer: { _ in })
    store.apply(rows.chunk(seed: start.seed, people(0..<3)), importID: "i")
    let error = await Self.error { _ = try await store.end(importID: "i", rowCount: rowCount) }
    #expect(error?.code == .outOfRange)
    #expect(try await store.importRecord("i").state == .running)
    #expect(try await store.end(importID: "i", rowCount: 3).state == .finished)
  }

  @Test("what is not running cannot be finished, what is not known is not found")
  func unknown() async throws {
    #expect(await Self.error { _ = try await store.importRecord("x") }?.code == .notFound)
    #expect(
      await Self.error { _ = try await store.end(importID: "x", rowCount: 0) }?.code
        == .failedPrecondition)
    #expect(await store.release(importID: "x") == ImportProgress())
  }

  @Test("the ledger keeps faults up to its limit, over an interruption too; all are told")
  func faultsMax() async throws {
    var limits = Limits()
    limits.ledgerFaultsMax = 5
    let rows = try definition(
      "i", columns: ["external_id", "email", "date_of_birth"], limits: limits)
    let log = EventLog()
    var start = try await store.begin(rows, observer: log.observer)
    let bad = ["", "no-at", "1980-02-30"]
    store.apply(rows.chunk(seed: start.seed, [bad, ["1", "", ""], bad]), importID: "i")
    _ = await store.release(importID: "i")
    start = try await store.begin(rows, observer: log.observer)
    store.apply(rows.chunk(at: 3, seed: start.seed, [bad, bad]), importID: "i")
    let record = try await store.end(importID: "i", rowCount: 5)
    #expect(record.progress.counts.faults == 8)
    #expect(record.progress.counts.rejected == 4)
    #expect(log.faults.count == 8)
    let kept = try dump(
      directory.file(), "SELECT place, row, column_name, code FROM import_fault ORDER BY place",
      columns: 4)
    #expect(
      kept == [
        ["'0'", "'1'", "'email'", "'invalid_email'"],
        ["'1'", "'1'", "'date_of_birth'", "'invalid_date'"],
        ["'2'", "'3'", "'email'", "'invalid_email'"],
        ["'3'", "'3'", "'date_of_birth'", "'invalid_date'"],
        ["'4'", "'4'", "'email'", "'invalid_email'"],
      ])
  }

  @Test("an import stops at the row of the fault that is one too many", arguments: [1, 2, 100])
  func stopping(chunkRows: Int) async throws {
    var options = ImportOptions()
    options.faultsMax = 3
    let rows = try definition("i", columns: ["external_id", "date_of_birth"], options: options)
    let log = EventLog()
    let start = try await store.begin(rows, observer: log.observer)
    let cells = (0..<10).map { ["p\($0)", $0.isMultiple(of: 2) ? "x" : ""] }
    for first in stride(from: 0, to: 10, by: chunkRows) {
      let end = min(first + chunkRows, 10)
      store.apply(
        rows.chunk(at: UInt64(first), seed: start.seed, Array(cells[first..<end])), importID: "i")
    }
    let progress = await store.release(importID: "i")
    #expect(progress.counts.received == 5)
    #expect(progress.counts.rejected == 3)
    #expect(progress.committed == 5)
    #expect(log.faults.map(\.row) == [1, 3, 5])
    let stops = log.events.filter { if case .stopped = $0 { true } else { false } }
    #expect(stops.count == 1)
    #expect(try await store.importRecord("i").state == .stopped)
    let again = await Self.error { _ = try await store.begin(rows, observer: { _ in }) }
    #expect(again == .stopped(progress))
    #expect(try dump(directory.file(), "SELECT id FROM member", columns: 1).count == 2)
  }
}
