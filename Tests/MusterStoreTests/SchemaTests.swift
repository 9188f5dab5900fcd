import MusterCore
import Testing

@testable import MusterStore

struct SchemaTests {
  /// Why a file is not opened; nil if it is.
  static func refusal(_ path: String) -> StoreError? {
    do throws(StoreError) {
      _ = try WorkspaceStore(name: "test", path: path)
      return nil
    } catch { return error }
  }

  @Test("a new file gets the tables, the roles and the marks of Muster")
  func newFile() async throws {
    let directory = try TemporaryDirectory()
    let store = try WorkspaceStore(name: "test", path: directory.file())
    #expect(store.catalogue.roles.map(\.slug) == ["manager", "user"])
    let connection = try Connection(path: directory.file(), mode: .reader, cacheBytes: 1 << 20)
    #expect(try connection.integer("PRAGMA application_id") == 0x4D53_5452)
    #expect(try connection.integer("PRAGMA user_version") == Schema.version)
    #expect(try connection.integer("PRAGMA page_size") == 16_384)
    #expect(try dump(connection, "PRAGMA journal_mode", columns: 1) == [["'wal'"]])
  }

  @Test("the writer waits for the disk at every commit, and nobody else checkpoints")
  func settings() throws {
    let directory = try TemporaryDirectory()
    let writer = try WorkspaceWriter(path: directory.file())
    #expect(try writer.connection.integer("PRAGMA synchronous") == 2)
    #expect(try writer.connection.integer("PRAGMA wal_autocheckpoint") == 0)
    #expect(try writer.connection.integer("PRAGMA foreign_keys") == 1)
    #expect(try writer.connection.integer("PRAGMA secure_delete") == 1)
    #expect(try writer.connection.integer("PRAGMA trusted_schema") == 0)
    let reader = try Connection(path: directory.file(), mode: .reader, cacheBytes: 1 << 20)
    #expect(throws: StoreError.self) { try reader.execute("DELETE FROM member") }
    #expect(try reader.integer("PRAGMA wal_autocheckpoint") == 0)
  }

  @Test("opening again keeps everything")
  func openAgain() async throws {
    let directory = try TemporaryDirectory()
    do {
      let store = try WorkspaceStore(name: "test", path: directory.file())
      _ = try await store.createRole("guest")
    }
    let store = try WorkspaceStore(name: "test", path: directory.file())
    #expect(store.catalogue.roles.map(\.slug) == ["manager", "user", "guest"])
  }

  @Test(
    "a file of a newer version is refused and left as it is",
    arguments: [Int(Schema.version) + 1, 1_000])
  func newerVersion(version: Int) throws {
    let directory = try TemporaryDirectory()
    _ = try WorkspaceWriter(path: directory.file())
    do {
      let connection = try Connection(path: directory.file(), mode: .writer, cacheBytes: 1 << 20)
      try connection.execute("PRAGMA user_version = \(version)")
      #expect(try connection.copyLog(.emptying))
    }
    let refusal = Self.refusal(directory.file())
    #expect(refusal?.code == .failedPrecondition)
    #expect(refusal?.message.contains("layout \(version)") == true)
    let connection = try Connection(path: directory.file(), mode: .reader, cacheBytes: 1 << 20)
    #expect(try connection.integer("PRAGMA user_version") == Int64(version))
  }

  @Test(
    "another program's database is refused",
    arguments: [
      "CREATE TABLE t(a); INSERT INTO t VALUES(1)",
      "CREATE TABLE t(a); PRAGMA application_id = 77",
      "PRAGMA application_id = 77",
      "CREATE TABLE t(a); PRAGMA user_version = 1",
      "PRAGMA user_version = 1",
    ])
  func foreignDatabase(sql: String) throws {
    let directory = try TemporaryDirectory()
    do {
      let connection = try Connection(path: directory.file(), mode: .writer, cacheBytes: 1 << 20)
      try connection.execute(sql)
    }
    let refusal = Self.refusal(directory.file())
    #expect(refusal?.code == .dataLoss)
    #expect(refusal?.message.contains("not made by Muster") == true)
    let reader = try Connection(path: directory.file(), mode: .reader, cacheBytes: 1 << 20)
    #expect(
      try reader.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'member'") == 0)
  }

  @Test("a file that is no database is refused and left as it is", arguments: [10, 600, 40_000])
  func textFile(byteCount: Int) throws {
    let directory = try TemporaryDirectory()
    let text = (0..<byteCount).map { UInt8(ascii: "a") + UInt8($0 % 26) }
    try write(text, toFile: directory.file())
    let refusal = Self.refusal(directory.file())
    #expect(refusal?.code == .dataLoss)
    #expect(refusal?.message.contains(directory.file()) == true)
    #expect(try bytes(ofFile: directory.file()) == text)
  }

  @Test("a file that cannot be made is unavailable")
  func noDirectory() throws {
    let directory = try TemporaryDirectory()
    #expect(Self.refusal(directory.path + "/none/store.db")?.code == .unavailable)
  }
}
