import MusterCore

@testable import MusterStore

/// All members as an export gives them: a header, then a row of texts each.
func exported(_ path: String, catalogue: Catalogue) throws -> [[[UInt8]]] {
  let export = try MemberReader(path: path, extra: [.id, .role], catalogue: catalogue)
  var rows = [export.columns.map { Array($0.utf8) }]
  var hasMore = true
  while hasMore {
    hasMore = unsafe try export.readPage { cells in
      rows.append((0..<cells.count).map { unsafe cells[$0].bytes() })
    }
  }
  return rows
}

/// What a query gives, as plain SQLite reads it; NULL is told apart from a blank text.
func dump(_ path: String, _ query: String, columns: Int) throws -> [[String]] {
  let connection = try Connection(path: path, mode: .reader, cacheBytes: 1 << 20)
  return try dump(connection, query, columns: columns)
}

/// What a query gives on a connection that is open.
func dump(_ connection: Connection, _ query: String, columns: Int) throws -> [[String]] {
  let statement = try connection.prepare(query)
  var rows: [[String]] = []
  while try statement.step() {
    rows.append(
      (0..<Int32(columns)).map { statement.isNull($0) ? "NULL" : "'\(statement.text($0))'" })
  }
  return rows
}

/// The whole table of members, times and import numbers included.
func memberDump(_ path: String) throws -> [[String]] {
  try dump(path, "SELECT * FROM member ORDER BY id", columns: 16)
}
