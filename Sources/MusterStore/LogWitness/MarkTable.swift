internal import MusterCore

/// The mark of a store in its database; see ``StoreMark``.
enum MarkTable {
  /// The table, of one row.
  static let sql = """
    -- Which store this is, which log belongs to it, and whether it is whole without that log.
    CREATE TABLE store_mark(id INTEGER PRIMARY KEY, mark BLOB NOT NULL) STRICT;
    """

  /// The page that the mark lies on; 0 if there is no such table.
  static func page(in connection: Connection) throws(StoreError) -> UInt32 {
    UInt32(
      clamping: try connection.integer(
        "SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = 'store_mark'"))
  }

  /// The mark; nil if there is none.
  static func read(_ connection: Connection) throws(StoreError) -> StoreMark? {
    let query = try connection.prepare("SELECT mark FROM store_mark WHERE id = 1")
    guard try query.step() else { return nil }
    defer { query.reset() }
    return unsafe StoreMark(query.borrowed(0).bytes())
  }

  /// Writes the mark, also if it is the same, so that its page is in the log; an update that
  /// changes nothing would leave the page out.
  static func write(_ mark: StoreMark, to connection: Connection) throws(StoreError) {
    try connection.execute("DELETE FROM store_mark")
    let statement = try connection.prepare("INSERT INTO store_mark(id, mark) VALUES(1, ?1)")
    statement.bind(1, mark.pack())
    try statement.run()
  }
}
