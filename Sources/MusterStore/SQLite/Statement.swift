internal import CSQLite
internal import MusterCore

/// A prepared statement; lives no longer than its connection, which it keeps.
@safe final class Statement {
  private let handle: OpaquePointer
  private let connection: Connection
  /// Why a value could not be bound; the next step throws it, or the value would be missing.
  private var bindingFailure: Int32 = SQLITE_OK

  init(_ sql: String, on connection: Connection) throws(StoreError) {
    var prepared: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(
      connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let prepared = unsafe prepared else { throw connection.error(code) }
    unsafe handle = unsafe prepared
    self.connection = connection
  }

  deinit { unsafe sqlite3_finalize(handle) }

  // MARK: Parameters, from 1

  @inline(__always)
  func bind(_ place: Int32, _ value: Int64) { unsafe sqlite3_bind_int64(handle, place, value) }

  @inline(__always)
  func bindNull(_ place: Int32) { unsafe sqlite3_bind_null(handle, place) }

  /// Binds text without copying it: it must live until the statement has been stepped.
  @inline(__always)
  func bindBorrowed(_ place: Int32, _ text: CellBytes) {
    unsafe muster_bind_text_static(handle, place, text.start, Int32(truncatingIfNeeded: text.count))
  }

  /// Binds a copy of a text.
  func bind(_ place: Int32, _ text: String) {
    let utf8 = Array(text.utf8)
    note(
      unsafe sqlite3_bind_text(
        handle, place, String(decoding: utf8, as: UTF8.self), Int32(utf8.count),
        unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)))
  }

  /// Binds a copy of a text, or NULL.
  func bind(_ place: Int32, _ text: String?) {
    if let text { bind(place, text) } else { bindNull(place) }
  }

  /// Binds a copy of bytes.
  func bind(_ place: Int32, _ bytes: [UInt8]) {
    note(
      unsafe sqlite3_bind_blob(
        handle, place, bytes, Int32(bytes.count),
        unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)))
  }

  private func note(_ code: Int32) {
    if code != SQLITE_OK { bindingFailure = code }
  }

  // MARK: Running

  /// Goes on to the next row.
  ///
  /// - Returns: Whether there is one. After the last the statement is reset.
  func step() throws(StoreError) -> Bool {
    guard bindingFailure == SQLITE_OK else {
      defer { bindingFailure = SQLITE_OK }
      throw connection.error(bindingFailure)
    }
    let code = unsafe sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    // Made before anything else is called: it looks at errno.
    let failure = code == SQLITE_DONE ? nil : connection.error(code)
    unsafe sqlite3_reset(handle)
    if let failure { throw failure }
    return false
  }

  /// Runs a statement that gives no rows.
  @inline(__always)
  func run() throws(StoreError) {
    while try step() {}
  }

  func reset() { unsafe sqlite3_reset(handle) }

  // MARK: Columns, from 0

  @inline(__always)
  func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

  func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
  }

  /// The bytes of a text; valid until the next step or reset.
  ///
  /// Asked for as a blob: SQLite copies a text that is asked for as one, to put a NUL behind it.
  @inline(__always)
  func borrowed(_ column: Int32) -> CellBytes {
    guard let start = unsafe sqlite3_column_blob(handle, column) else { return unsafe .blank }
    return unsafe CellBytes(
      count: Int(sqlite3_column_bytes(handle, column)),
      start: UnsafeMutableRawPointer(mutating: start).assumingMemoryBound(to: UInt8.self))
  }

  func text(_ column: Int32) -> String {
    unsafe String(decoding: borrowed(column).buffer, as: UTF8.self)
  }
}
