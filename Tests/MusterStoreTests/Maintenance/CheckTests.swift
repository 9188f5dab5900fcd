import CPageChecksums
import CSQLite
import Foundation
import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// A store that is damaged on purpose, rule by rule, and one that is not.
@Suite(.timeLimit(.minutes(2))) struct CheckTests {
  struct Damage: CustomTestStringConvertible {
    var rules: [CheckRule]
    var sql: String
    var testDescription: String { "\(rules.map(\.rawValue)): \(sql)" }

    init(_ rules: CheckRule..., by sql: String) {
      self.rules = rules
      self.sql = sql
    }
  }

  static let damages: [Damage] = [
    Damage(.foreignKey, by: "INSERT INTO import_kept VALUES(99, 0, 1, NULL, 'x')"),
    Damage(.memberNumber, by: "UPDATE member SET id = 4000000001 WHERE id = 3"),
    Damage(.memberNumber, by: "UPDATE member SET id = -7 WHERE id = 3"),
    Damage(.memberNumber, by: "UPDATE member SET id = 0 WHERE id = 3"),
    Damage(.counter, by: "INSERT INTO counter VALUES('last_member', -1)"),
    Damage(.counter, by: "INSERT INTO counter VALUES('last_member', 4000000001)"),
    Damage(
      .duplicateEmail, by: "UPDATE member SET email = 'P1' || char(233) || '@X.org' WHERE id = 2"),
    Damage(
      .duplicateEmail, by: "UPDATE member SET email = 'p1e' || char(769) || '@x.org' WHERE id = 3"),
    Damage(.duplicatePhone, by: "UPDATE member SET phone = '+42123456781' WHERE id = 2"),
    Damage(.duplicateExternalID, by: "UPDATE member SET external_id = 'p3' WHERE id = 2"),
    Damage(
      .noIdentifier,
      by: "UPDATE member SET email = NULL, phone = NULL, external_id = NULL WHERE id = 2"),
    Damage(.emptyValue, by: "UPDATE member SET name = '' WHERE id = 2"),
    Damage(.invalidText, by: "UPDATE member SET name = CAST(x'61FF' AS TEXT) WHERE id = 2"),
    Damage(.invalidText, by: "UPDATE member SET description = 'a' || char(0) WHERE id = 2"),
    Damage(.invalidEmail, by: "UPDATE member SET email = 'p2' WHERE id = 2"),
    Damage(.invalidPhone, by: "UPDATE member SET phone = '0421234567' WHERE id = 2"),
    Damage(.invalidDate, by: "UPDATE member SET date_of_birth = '1980-02-30' WHERE id = 2"),
    Damage(.invalidBoolean, by: "UPDATE member SET notify_voice = 2 WHERE id = 2"),
    Damage(.labelOrder, by: "UPDATE member SET labels = 'b,a' WHERE id = 2"),
    Damage(.labelOrder, by: "UPDATE member SET labels = 'a,a' WHERE id = 2"),
    Damage(.unknownLabel, by: "UPDATE member SET labels = 'a,c' WHERE id = 2"),
    Damage(.formDocument, by: "UPDATE member SET forms = '{\"f\":{\"n\":\"1\"' WHERE id = 2"),
    Damage(
      .formDocument, by: "UPDATE member SET forms = '{\"f\": {\"must\":\"1\"}}' WHERE id = 2"),
    Damage(
      .unknownFormField,
      by: "UPDATE member SET forms = '{\"f\":{\"must\":\"1\",\"odd\":\"1\"}}' WHERE id = 2"),
    Damage(
      .invalidFormValue,
      by: "UPDATE member SET forms = '{\"f\":{\"must\":\"1\",\"n\":\"x\"}}' WHERE id = 2"),
    Damage(
      .invalidFormValue,
      by: "UPDATE member SET forms = '{\"f\":{\"c\":\"z\",\"must\":\"1\"}}' WHERE id = 2"),
    Damage(
      .missingFormValue, by: "UPDATE member SET forms = '{\"f\":{\"n\":\"1\"}}' WHERE id = 2"),
    Damage(.unknownRole, by: "UPDATE member SET role_id = 77 WHERE id = 2"),
    Damage(.unknownImport, by: "UPDATE member SET import_seq = 77 WHERE id = 2"),
    Damage(.catalogue, by: "UPDATE role SET slug = 'No' WHERE id = 1"),
    Damage(.catalogue, by: "UPDATE form_field SET type = 'odd' WHERE slug = 'must'"),
    Damage(.catalogue, by: "UPDATE form_field SET choices = NULL WHERE slug = 'c'"),
    Damage(.unknownLabel, .catalogue, by: "UPDATE label SET slug = 'B' WHERE slug = 'b'"),
    Damage(.importCounts, by: "UPDATE import SET created = created + 1 WHERE seq = 2"),
    Damage(.importCounts, by: "UPDATE import SET next_row = 0 WHERE seq = 1"),
    Damage(.importCounts, by: "UPDATE import SET repeats = 99 WHERE seq = 1"),
    Damage(
      .importCounts, by: "UPDATE import SET created = -1 - (1 << 63), updated = 9 WHERE seq = 1"
    ),
    Damage(.importState, by: "UPDATE import SET state = 8 WHERE seq = 2"),
    Damage(.importState, by: "UPDATE import SET state = 99 WHERE seq = 2"),
    Damage(.importEnd, by: "UPDATE import SET finished_at = 0 WHERE seq = 2"),
    Damage(.importEnd, by: "UPDATE import SET state = 1 WHERE seq = 2"),
    Damage(.importFaults, by: "UPDATE import_fault SET row = 99"),
    Damage(.importFaults, by: "UPDATE import_fault SET code = 'odd' WHERE place = 0"),
    Damage(.importCounts, .importFaults, by: "UPDATE import SET faults = 0 WHERE seq = 2"),
    Damage(.importImages, by: "UPDATE import_image SET images = x'07' WHERE import_seq = 2"),
    Damage(
      .importImages, by: "UPDATE import_image SET images = x'0101E70700' WHERE import_seq = 2"),
    Damage(.importKept, by: "INSERT INTO import_kept VALUES(1, 0, 1, NULL, 'x')"),
  ]

  @Test func `a sound store has no finding`() async throws {
    let report = try await CheckScene().check()
    #expect(report.findings == [])
    #expect(report.members == 3 && report.imports == 2)
    #expect(!report.indexCompared)
  }

  @Test func `an import that was refused as a whole is no finding`() async throws {
    let directory = try TemporaryDirectory()
    let store = try WorkspaceStore(name: "test", path: directory.file())
    var options = ImportOptions()
    options.isAllOrNothing = true
    let refused = try definition("refused", columns: ["external_id", "email"], options: options)
    let start = try await store.begin(refused) { _ in }
    store.apply(
      refused.chunk(seed: start.seed, [["a", ""], ["b", "bad"], ["c", ""]]), importID: "refused")
    let record = try await store.finish(importID: "refused", rowCount: 3).record
    // Rows are rejected that have no fault.
    #expect(record.state == .refused && record.progress.counts.rejected == 3)
    _ = await store.release(importID: "refused")
    let checker = StoreChecker(path: directory.file(), workspace: store)
    while try await checker.step() != nil {}
    #expect(checker.report.findings == [] && checker.report.imports == 1)
  }

  @Test(arguments: damages)
  func `damage is named`(_ damage: Damage) async throws {
    let scene = try await CheckScene()
    try scene.run(damage.sql)
    let report = try await scene.check()
    #expect(report.findings.map(\.rule) == damage.rules.map(\.rawValue), "\(report.findings)")
    for finding in report.findings {
      let hasExample =
        !(finding.members + finding.imports.map { _ in 0 }).isEmpty
        || !finding.details.isEmpty || finding.rule == "counter"
      #expect(finding.count > 0 && hasExample, "\(finding)")
      // Never a value of a member.
      for text in [finding.message] + finding.details {
        #expect(!text.contains("x.org") && !text.contains("+42"))
      }
    }
  }

  @Test func `every rule is damaged by a test`() {
    let known = Set(Self.damages.flatMap(\.rules)).union([
      .fileStructure, .unreadable, .identityIndex,
    ])
    #expect(known == Set(CheckRule.allCases))
  }

  @Test func `a file whose structure is wrong is told in SQLite's words`() async throws {
    let scene = try await CheckScene()
    // The header's count of free pages; with a right checksum, as a bug would leave it.
    unsafe try Self.rewriteFirstPage(scene.path) { unsafe $0[39] = 9 }
    let report = try await scene.check()
    #expect(report.findings.map(\.rule) == ["file_structure"])
    #expect(report.findings.first?.details.first?.contains("reelist") == true)
  }

  /// Changes the first page through the file system that gives pages their checksums.
  private static func rewriteFirstPage(
    _ path: String, _ body: (UnsafeMutablePointer<UInt8>) -> Void
  ) throws {
    let connection = try Connection(path: path, mode: .writer, cacheBytes: 1024 * 1024)
    var found: UnsafeMutablePointer<sqlite3_file>?
    unsafe sqlite3_file_control(connection.handle, "main", SQLITE_FCNTL_FILE_POINTER, &found)
    guard let file = unsafe found else {
      Issue.record("the database has no file")
      return
    }
    let methods = unsafe file.pointee.pMethods.pointee
    let page = UnsafeMutablePointer<UInt8>.allocate(capacity: 16_384)
    defer { unsafe page.deallocate() }
    let read = unsafe methods.xRead(file, page, 16_384, 0)
    unsafe body(page)
    let written = unsafe methods.xWrite(file, page, 16_384, 0)
    #expect(read == SQLITE_OK && written == SQLITE_OK)
  }

  @Test(arguments: [0, 16, 100, 16_384, 40_000])
  func `a file that is cut off is a finding, not an error`(_ byteCount: Int) async throws {
    let scene = try await CheckScene()
    let whole = try bytes(ofFile: scene.path)
    try write(Array(whole.prefix(byteCount)), toFile: scene.path)
    let report = try await scene.check()
    #expect(!report.findings.isEmpty)
  }

  @Test func `a file of garbage is a finding, and no file is an error`() async throws {
    let directory = try TemporaryDirectory()
    let checker = StoreChecker(path: directory.file())
    await #expect(throws: StoreError.self) { try await checker.step() }
    try write((0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }, toFile: directory.file())
    let garbage = StoreChecker(path: directory.file())
    while try await garbage.step() != nil {}
    #expect(garbage.report.findings.map(\.rule) == ["unreadable"])
  }

  @Test func `many members with one identifier are all found`() async throws {
    let scene = try await CheckScene()
    try scene.run(
      """
      WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 5009)
      INSERT INTO member(id, external_id, import_seq, role_id, created_at, updated_at)
        SELECT i, 'q' || (i % 4000), 1, 2, 0, 0 FROM n
      """)
    let finding = try #require(try await scene.check().findings.first)
    #expect(finding.rule == "duplicate_external_id" && finding.count == 1_000)
    #expect(finding.members.count == CheckReport.examplesMax && finding.members[0] == 10)
    #expect(finding.members[1] == 4_010)
  }

  @Test func `the index in memory is compared with the file`() async throws {
    let directory = try TemporaryDirectory()
    let store = try WorkspaceStore(name: "test", path: directory.file())
    try await CheckScene.fill(store)
    func check() async throws -> CheckReport {
      let checker = StoreChecker(path: directory.file(), workspace: store)
      while try await checker.step() != nil {}
      return checker.report
    }
    let sound = try await check()
    #expect(sound.findings == [] && sound.indexCompared)
    try await store.run { $0.index.insert(.phone, 0x1234_5678_9ABC_DEF0, 2) }
    let beyond = try await check()
    #expect(beyond.findings.map(\.rule) == ["identity_index"])
    try await store.run { writer in
      writer.index.remove(.phone, 0x1234_5678_9ABC_DEF0, 2)
      writer.index.set(3, fingerprint: 0, importSeq: 9)
    }
    let wrong = try await check()
    #expect(wrong.findings.map(\.members) == [[3]])
  }

  @Test func `a check beside an import finds nothing`() async throws {
    let directory = try TemporaryDirectory()
    let store = try WorkspaceStore(name: "test", path: directory.file())
    try await CheckScene.fill(store)
    let moving = try definition("moving", columns: ["external_id", "email"])
    let start = try await store.begin(moving) { _ in }
    // Emails wander from member to member while the check reads.
    let rows = (0..<20_000).map { ["m\($0 % 6_000)", "e\(($0 / 6_000) + $0 % 6_000)@x.org"] }
    let checker = StoreChecker(path: directory.file(), workspace: store)
    for first in stride(from: 0, to: rows.count, by: 500) {
      let chunk = moving.chunk(
        at: UInt64(first), seed: start.seed, Array(rows[first..<(first + 500)]))
      store.apply(chunk, importID: "moving")
      // Committed, or the check could be over before it sees any of it.
      try await store.run { _ = $0.commit() }
      _ = try await checker.step()
    }
    while try await checker.step() != nil {}
    #expect(checker.report.findings == [])
    #expect(checker.report.members > 3)
    _ = await store.release(importID: "moving")
  }
}
