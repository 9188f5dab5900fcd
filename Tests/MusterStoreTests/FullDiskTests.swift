import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// SQLite's own bound on a file's pages stands for a full disk.
struct FullDiskTests {
  /// Rows that make members, change them, take identifiers over, and repeat.
  static func rows(using random: inout SeededGenerator) -> [[String]] {
    (0..<160).map { _ in
      let person = Int.random(in: 0..<60, using: &random)
      let email = Int.random(in: 0..<60, using: &random)
      let hasEmail = random.isOnce(in: 3)
      let name = String(repeating: "x", count: .random(in: 0...6_000, using: &random))
      return ["p\(person)", hasEmail ? "E\(email)@x.org" : "", name]
    }
  }

  @Test(
    "an import stops at a full disk, and goes on when there is room, as if nothing had happened",
    arguments: [DeferralRule(), .always, .untilCommit])
  func goesOn(deferral: DeferralRule) async throws {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed)
    let comment: Comment = "MUSTER_TEST_SEED=\(seed)"
    let rows = Self.rows(using: &random)
    let columns = ["external_id", "email", "name"]
    let rowsImport = try definition("i", columns: columns)

    let whole = try TemporaryDirectory()
    let wholeWriter = try WorkspaceWriter(path: whole.file())
    _ = try wholeWriter.open(rowsImport, observer: { _ in })
    wholeWriter.apply(rowsImport.chunk(seed: wholeWriter.seed, rows), importID: "i")
    try wholeWriter.finish("i", rowCount: UInt64(rows.count)) { _ in }
    #expect(wholeWriter.commit() == nil)

    let directory = try TemporaryDirectory()
    let writer = try WorkspaceWriter(path: directory.file())
    writer.applier.deferral = deferral
    var pages = try writer.connection.integer("PRAGMA page_count")
    var failureCount = 0
    var committed: UInt64 = 0
    while committed < UInt64(rows.count) {
      pages += 2
      try #require(pages < 400, "the import makes no progress; \(comment)")
      try writer.connection.execute("PRAGMA max_page_count = \(pages)")
      let log = EventLog()
      let start = try writer.open(rowsImport, observer: log.observer)
      writer.commit()
      #expect(start.record.progress.committed == committed, comment)
      #expect(start.record.progress.counts.received == committed, comment)
      var next = Int(committed)
      while next < rows.count, log.failure == nil {
        let end = min(next + .random(in: 1...9, using: &random), rows.count)
        writer.apply(
          rowsImport.chunk(at: UInt64(next), seed: writer.seed, Array(rows[next..<end])),
          importID: "i")
        next = end
        if random.isOnce(in: 2) { writer.commit() }
      }
      writer.commit()
      if let (error, progress) = log.failureAndProgress {
        failureCount += 1
        #expect(error.code == .resourceExhausted, comment)
        #expect(progress.committed == (log.committed?.committed ?? committed), comment)
        #expect(progress.counts.received == progress.committed, comment)
      }
      committed = writer.release("i").committed
      // Reads go on, and the ledger's position is that of the rows.
      _ = try exported(directory.file(), catalogue: Catalogue())
      #expect(try writer.entry("i")?.record.progress.committed == committed, comment)
    }
    _ = try writer.open(rowsImport, observer: { _ in })
    try writer.finish("i", rowCount: UInt64(rows.count)) { _ in }
    #expect(writer.commit() == nil)
    #expect(failureCount > 3, comment)
    let (left, right) = (
      try writer.entry("i")?.record.progress, try wholeWriter.entry("i")?.record.progress
    )
    #expect(left == right, comment)
    let query = "SELECT id, email, external_id, name, import_seq FROM member ORDER BY id"
    #expect(
      try dump(writer.connection, query, columns: 5)
        == dump(wholeWriter.connection, query, columns: 5), comment)
    #expect(try dump(writer.connection, "PRAGMA integrity_check", columns: 1) == [["'ok'"]])
  }
}
