internal import CSQLite

/// SQLite's C API and nothing around it: the floor that the store is measured against.
@safe final class RawDatabase {
  private let handle: OpaquePointer

  init(_ path: String, pageBytes: Int) throws {
    var opened: OpaquePointer?
    guard unsafe sqlite3_open(path, &opened) == SQLITE_OK, let opened = unsafe opened else {
      throw BenchmarkFailure(message: "The database \(path) cannot be opened.")
    }
    unsafe handle = unsafe opened
    try execute(
      """
      PRAGMA page_size = \(pageBytes); PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA cell_size_check = ON;
      PRAGMA cache_size = -65536
      """)
  }

  deinit { unsafe sqlite3_close_v2(handle) }

  func execute(_ sql: String) throws {
    guard unsafe sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
      throw BenchmarkFailure(message: unsafe String(cString: sqlite3_errmsg(handle)))
    }
  }

  func prepare(_ sql: String) throws -> RawStatement { unsafe try RawStatement(handle, sql) }
}

/// One prepared statement.
@safe final class RawStatement {
  private let handle: OpaquePointer

  init(_ database: OpaquePointer, _ sql: String) throws {
    var prepared: OpaquePointer?
    guard unsafe sqlite3_prepare_v2(database, sql, -1, &prepared, nil) == SQLITE_OK,
      let prepared = unsafe prepared
    else { throw BenchmarkFailure(message: unsafe String(cString: sqlite3_errmsg(database))) }
    unsafe handle = unsafe prepared
  }

  deinit { unsafe sqlite3_finalize(handle) }

  func bind(_ place: Int32, _ value: Int64) { unsafe sqlite3_bind_int64(handle, place, value) }

  /// Binds a copy of a text; no bytes are NULL.
  func bind(_ place: Int32, _ text: [UInt8]) {
    guard !text.isEmpty else {
      unsafe sqlite3_bind_null(handle, place)
      return
    }
    unsafe text.withUnsafeBytes { buffer in
      let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      _ = unsafe sqlite3_bind_text(handle, place, start, Int32(buffer.count), Self.copied)
    }
  }

  func bindBlob(_ place: Int32, _ bytes: [UInt8]) {
    unsafe sqlite3_bind_blob(handle, place, bytes, Int32(bytes.count), Self.copied)
  }

  func run() throws {
    let code = unsafe sqlite3_step(handle)
    unsafe sqlite3_reset(handle)
    guard code == SQLITE_DONE else {
      throw BenchmarkFailure(message: "A statement failed: \(code).")
    }
  }

  private static var copied: sqlite3_destructor_type {
    unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }
}
