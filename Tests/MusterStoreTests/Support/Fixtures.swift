import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// The definition of an import with these columns.
func definition(
  _ id: String, columns: [String] = ["external_id", "name"],
  options: ImportOptions = ImportOptions(), limits: Limits = Limits(),
  catalogue: Catalogue = Catalogue()
) throws -> ImportDefinition {
  let plan = try ColumnPlan.resolve(
    names: columns.map { Array($0.utf8) }, catalogue: catalogue,
    ignoresUnknown: options.ignoresUnknownColumns, columnsMax: limits.columnsMax)
  return ImportDefinition(
    importID: id, plan: plan, options: options, catalogue: catalogue, limits: limits)
}

extension ImportDefinition {
  /// A checked chunk of these rows.
  func chunk(at firstRow: UInt64 = 0, seed: HashSeed, _ rows: [[String]]) -> CheckedChunk {
    checker(seed: seed).check(TestRows(firstRow: firstRow, texts: rows))
  }
}

/// Rows of an external id and a name, numbered.
func people(_ numbers: Range<Int>, name: String = "n") -> [[String]] {
  numbers.map { ["p\($0)", name] }
}

/// Whether nobody holds the write lock of a database.
func isWriteLockFree(_ path: String) throws -> Bool {
  let connection = try Connection(path: path, mode: .writer, cacheBytes: 1 << 20)
  try connection.execute("PRAGMA busy_timeout = 0")
  do throws(StoreError) {
    try connection.execute("BEGIN IMMEDIATE; ROLLBACK")
    return true
  } catch {
    return false
  }
}

/// Compares the identity index with the members that it was made of.
func expectIndexMatches(_ writer: WorkspaceWriter, _ comment: Comment) throws {
  let stored = try dump(
    writer.connection, "SELECT count(email), count(phone), count(external_id) FROM member",
    columns: 3)
  let index = writer.index
  let entries = [index.email.count, index.phone.count, index.externalID.count].map { "'\($0)'" }
  #expect(stored == [entries], comment)
}
