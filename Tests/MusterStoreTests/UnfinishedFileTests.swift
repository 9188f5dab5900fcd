import CSQLite
import Foundation
import MusterCore
import Testing

@testable import MusterStore

/// A file that a power loss caught while it was made.
struct UnfinishedFileTests {
  @Test func `a file that was never whole is refused, and so is a journal of another`() throws {
    let directory = try TemporaryDirectory()
    var handle: OpaquePointer?
    #expect(unsafe sqlite3_open(directory.file("made.db"), &handle) == SQLITE_OK)
    let pages = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 200)"
    let sql =
      "PRAGMA cache_size = 1; BEGIN; CREATE TABLE t(x);"
      + "INSERT INTO t \(pages) SELECT zeroblob(4000) FROM c"
    #expect(unsafe sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK)
    for ending in ["", "-journal"] {
      try FileManager.default.copyItem(
        atPath: directory.file("made.db" + ending), toPath: directory.file("store.db" + ending))
    }
    #expect(unsafe sqlite3_close(handle) == SQLITE_OK)
    let before = try bytes(ofFile: directory.file("store.db"))
    #expect(SchemaTests.refusal(directory.file("store.db"))?.code == .dataLoss)
    #expect(try bytes(ofFile: directory.file("store.db")) == before)
  }

  @Test func `what is left of making a store is taken away, and the store is made`() throws {
    let directory = try TemporaryDirectory()
    for ending in ["-new", "-new-wal", "-new-journal"] {
      try write([1, 2, 3], toFile: directory.file("store.db" + ending))
    }
    let writer = try WorkspaceWriter(path: directory.file("store.db"))
    #expect(try writer.connection.integer("SELECT count(*) FROM role") == 2)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: FilePath.directory(of: directory.file("store.db")))
    #expect(!names.contains { $0.contains("-new") }, "\(names)")
  }
}
