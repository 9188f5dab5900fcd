internal import CSQLite
internal import MusterCore

/// What the writer takes of memory, and how it gives that back.
extension WorkspaceWriter {
  /// What it takes, before anybody has work for it.
  var usage: OpenWorkspaces.Usage {
    OpenWorkspaces.Usage(
      indexBytes: index.byteCount + connectionBytes, cacheBytes: connection.cacheByteCount)
  }

  /// Gives the page cache back, but for the pages of an open transaction.
  func emptyCache() { unsafe sqlite3_db_release_memory(connection.handle) }

  /// Brings all that is acknowledged into the file, waiting for nobody.
  ///
  /// - Returns: Whether the file alone is the store now, and can be trusted to be.
  func prepareToClose() -> Bool {
    guard damage == nil, commit() == nil else { return false }
    do throws(StoreError) {
      // Of a file that is not the one that was opened nothing may be taken for ours later.
      try checkFile()
      return try emptyLog(readersTimeMilliseconds: 0)
    } catch {
      return false
    }
  }
}

extension Connection {
  /// Bytes of its page cache.
  var cacheByteCount: Int { status(SQLITE_DBSTATUS_CACHE_USED) }

  /// Bytes that it takes besides: the schema, statements, and what SQLite allots to a connection.
  var byteCount: Int {
    Self.fixedBytes + status(SQLITE_DBSTATUS_SCHEMA_USED) + status(SQLITE_DBSTATUS_STMT_USED)
  }

  /// Its look-aside memory, its part of the log's index, buffers.
  private static let fixedBytes = 256 * 1024

  private func status(_ operation: Int32) -> Int {
    var value: Int32 = 0
    var most: Int32 = 0
    unsafe sqlite3_db_status(handle, operation, &value, &most, 0)
    return Int(value)
  }
}
