import CSQLite
import MusterCore
import Testing

@testable import MusterStore

/// What a statement does with a value that SQLite does not take.
struct StatementTests {
  @Test func `a value that cannot be bound fails the statement, which then works again`() throws {
    let directory = try TemporaryDirectory()
    let connection = try Connection(path: directory.file(), mode: .writer, cacheBytes: 1 << 20)
    try connection.execute("CREATE TABLE t(text TEXT, bytes BLOB)")
    let insert = try connection.prepare("INSERT INTO t(text, bytes) VALUES(?1, ?2)")
    let short = String(repeating: "a", count: 100)
    let long = String(repeating: "b", count: 301)
    // Stands in for memory that is not there: the same way out of the same calls.
    unsafe sqlite3_limit(connection.handle, SQLITE_LIMIT_LENGTH, 300)
    for (text, bytes) in [(long, short), (short, long)] {
      insert.bind(1, text)
      insert.bind(2, Array(bytes.utf8))
      #expect(throws: StoreError.self) { try insert.run() }
    }
    insert.bind(1, short)
    insert.bind(2, Array(short.utf8))
    try insert.run()
    #expect(try connection.integer("SELECT count(*) FROM t") == 1)
    #expect(try connection.integer("SELECT count(*) FROM t WHERE length(bytes) = 100") == 1)
  }
}
