import Foundation
import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// Files that older versions of Muster wrote; Fixtures/layout-1.db is one, as version 1 left it.
struct MigrationTests {
  private static let importID = "4ef74769-6178-4cab-a063-690435f0bb59"

  /// A copy of a kept file, in a directory of its own.
  private func copy(_ name: String, into directory: TemporaryDirectory) throws -> String {
    let kept = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    try FileManager.default.copyItem(
      atPath: kept.appending(path: name).path(), toPath: directory.file())
    return directory.file()
  }

  private func layout(_ connection: Connection) throws -> [[String]] {
    try dump(
      connection,
      """
      SELECT m.name, c.cid, c.name, c.type, c."notnull", c.dflt_value, c.pk
      FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c ORDER BY 1, 2
      """, columns: 7)
  }

  @Test("a file of layout 1 is brought up to date with all that is in it")
  func layoutOne() async throws {
    let directory = try TemporaryDirectory()
    let path = try copy("layout-1.db", into: directory)
    let before = try Connection(path: path, mode: .reader, cacheBytes: 1 << 20)
    #expect(try before.integer("PRAGMA user_version") == 1)
    let members = try dump(before, "SELECT * FROM member ORDER BY id", columns: 16)
    #expect(members.count == 5)

    let store = try WorkspaceStore(name: "test", path: path)
    #expect(store.catalogue.labels == ["premium", "vip"])
    #expect(store.catalogue.forms.map(\.slug) == ["patient"])
    let record = try await store.importRecord(Self.importID)
    #expect(record.state == .finished && record.progress.counts.created == 4)
    // Who was there before is found again.
    let definition = try definition("0f0e0d0c-0b0a-4908-8706-050403020100")
    let start = try await store.begin(definition) { _ in }
    store.apply(
      definition.chunk(seed: start.seed, [["user_123", "Alice Johnson"]]),
      importID: definition.importID)
    let finished = try await store.end(importID: definition.importID, rowCount: 1)
    #expect(finished.progress.counts.unchanged == 1)

    let after = try Connection(path: path, mode: .reader, cacheBytes: 1 << 20)
    #expect(try after.integer("PRAGMA user_version") == Schema.version)
    #expect(try dump(after, "SELECT * FROM member ORDER BY id", columns: 16) == members)
    let new = try TemporaryDirectory()
    _ = try WorkspaceWriter(path: new.file())
    let fresh = try Connection(path: new.file(), mode: .reader, cacheBytes: 1 << 20)
    #expect(try layout(after) == layout(fresh))
  }

  @Test("a file whose layout cannot be brought up to date stays as it was")
  func failedMigration() throws {
    let directory = try TemporaryDirectory()
    let path = try copy("layout-1.db", into: directory)
    do {
      // The last table of the step is in its way.
      let connection = try Connection(path: path, mode: .writer, cacheBytes: 1 << 20)
      try connection.execute("CREATE TABLE counter(x)")
    }
    #expect(SchemaTests.refusal(path) != nil)
    let connection = try Connection(path: path, mode: .reader, cacheBytes: 1 << 20)
    #expect(try connection.integer("PRAGMA user_version") == 1)
    #expect(
      try connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'import_image'") == 0)
  }
}
