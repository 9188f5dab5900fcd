import CSQLite
import Foundation
import MusterCore
import Testing

@testable import MusterStore

/// A file that a power loss caught while it was made.
struct UnfinishedFileTests {
  @Test func `a journal beside a file is taken back, and the store is made`() throws {
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
    let writer = try WorkspaceWriter(path: directory.file("store.db"))
    #expect(try writer.connection.integer("SELECT count(*) FROM role") == 2)
    let leftSQL = "SELECT count(*) FROM sqlite_schema WHERE name = 't'"
    #expect(try writer.connection.integer(leftSQL) == 0)
  }
}
