internal import CSQLite
internal import MusterCore

/// The table of imports: positions and counts, written in the same transaction as their rows.
final class Ledger {
  let connection: Connection
  private let advance: Statement
  private let addFault: Statement
  private let addImages: Statement

  init(_ connection: Connection) throws(StoreError) {
    self.connection = connection
    advance = try connection.prepare(
      """
      UPDATE import SET next_row = ?1, created = ?2, updated = ?3, unchanged = ?4, rejected = ?5,
        repeats = ?6, identifier_changes = ?7, faults = ?8, cell_bytes = ?9, state = ?10,
        finished_at = ?11, touched_at = ?13, opt_ins = ?14, opt_outs = ?15, normalized = ?16,
        retention_at = ?17, row_digest = ?18
      WHERE seq = ?12
      """)
    addFault = try connection.prepare(
      """
      INSERT INTO import_fault(import_seq, place, row, column_name, code, value, hint)
      VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)
      """)
    addImages = try connection.prepare(
      "INSERT INTO import_image(import_seq, place, images) VALUES(?1, ?2, ?3)")
  }

  /// An import as the ledger has it.
  struct Entry {
    var seq: Int64
    var record: ImportRecord
    var definition: String
    var cellByteCount: UInt64
    /// That of the rows up to `next_row`; nil if the import began in a version without.
    var rowDigest: RowDigest?
    var declared: DeclaredTotals
    /// Faults that it has kept, those of members deleted since included.
    var ledgerFaultCount: Int
    /// The place of the next blob of before-images.
    var nextImagePlace: Int64
  }

  /// - Returns: nil if the ledger does not know the import.
  func entry(_ importID: String) throws(StoreError) -> Entry? {
    guard let (seq, record) = try record(importID) else { return nil }
    let query = try connection.prepare(
      """
      SELECT definition, cell_bytes,
        (SELECT coalesce(max(place) + 1, 0) FROM import_fault WHERE import_seq = seq),
        (SELECT coalesce(max(place) + 1, 0) FROM import_image WHERE import_seq = seq),
        row_digest, declared_rows, declared_cell_bytes
      FROM import WHERE seq = ?1
      """)
    query.bind(1, seq)
    guard try query.step() else { return nil }
    defer { query.reset() }
    return Entry(
      seq: seq, record: record, definition: query.text(0),
      cellByteCount: UInt64(clamping: query.integer(1)),
      rowDigest: query.isNull(4)
        ? nil : RowDigest(value: UInt64(bitPattern: query.integer(4))),
      declared: DeclaredTotals(
        rows: UInt64(clamping: query.integer(5)), cellBytes: UInt64(clamping: query.integer(6))),
      ledgerFaultCount: Int(query.integer(2)),
      nextImagePlace: query.integer(3))
  }

  /// Adds a new import.
  ///
  /// - Parameters:
  ///   - now: In seconds since 1970.
  ///   - retentionNow: In seconds of the file's ``RetentionTime``.
  /// - Returns: Its number.
  func add(
    _ definition: ImportDefinition, now: Int64, retentionNow: Int64
  ) throws(StoreError) -> Int64 {
    let insert = try connection.prepare(
      """
      INSERT INTO import(import_id, state, definition, columns, started_at, touched_at, has_images,
        retention_at, declared_rows, declared_cell_bytes)
      VALUES(?1, ?2, ?3, ?4, ?5, ?5, 1, ?6, ?7, ?8) RETURNING seq
      """)
    insert.bind(1, definition.importID)
    insert.bind(2, Int64(ImportRecord.State.open.rawValue))
    insert.bind(3, definition.text)
    insert.bind(4, definition.plan.names.joined(separator: "\n"))
    insert.bind(5, now)
    insert.bind(6, retentionNow)
    insert.bind(7, Int64(clamping: definition.totals?.rows ?? 0))
    insert.bind(8, Int64(clamping: definition.totals?.cellBytes ?? 0))
    _ = try insert.step()
    let seq = insert.integer(0)
    try insert.run()
    return seq
  }

  /// Writes an import's position and counts.
  func advance(
    _ running: RunningImport, state: ImportRecord.State, now: Int64, retentionNow: Int64
  ) throws(StoreError) {
    try keepImages(of: running)
    let counts = running.progress.counts
    let numbers = [
      counts.received, counts.created, counts.updated, counts.unchanged, counts.rejected,
      counts.repeats, counts.identifierChanges, counts.faults, running.cellByteCount,
    ]
    for (place, number) in numbers.enumerated() {
      advance.bind(Int32(place + 1), Int64(clamping: number))
    }
    advance.bind(10, Int64(state.rawValue))
    advance.bind(11, state == .open ? 0 : now)
    advance.bind(12, running.seq)
    advance.bind(13, now)
    advance.bind(14, Int64(clamping: counts.optIns))
    advance.bind(15, Int64(clamping: counts.optOuts))
    advance.bind(16, Int64(clamping: counts.normalized))
    advance.bind(17, retentionNow)
    if let digest = running.rowDigest {
      advance.bind(18, Int64(bitPattern: digest.value))
    } else {
      advance.bindNull(18)
    }
    try advance.run()
    guard unsafe sqlite3_changes(connection.handle) == 1 else {
      throw StoreError(.internalError, "The ledger lost import \(running.definition.importID).")
    }
  }

  /// Writes what undoing the import needs, as far as it is known.
  func keepImages(of running: RunningImport) throws(StoreError) {
    let images = running.undo.take()
    for (offset, blob) in images.blobs.enumerated() {
      addImages.bind(1, running.seq)
      addImages.bind(2, images.place + Int64(offset))
      addImages.bind(3, blob)
      try addImages.run()
    }
  }

  /// Keeps faults, up to the limit of an import.
  func keep(_ faults: [RowFault], of running: RunningImport) throws(StoreError) {
    let room = running.definition.limits.ledgerFaultsMax - running.ledgerFaultCount
    for fault in faults.prefix(max(room, 0)) {
      addFault.bind(1, running.seq)
      addFault.bind(2, Int64(running.ledgerFaultCount))
      addFault.bind(3, Int64(clamping: fault.row))
      addFault.bind(4, fault.column)
      addFault.bind(5, fault.code.rawValue)
      if fault.value.isEmpty { addFault.bindNull(6) } else { addFault.bind(6, fault.value) }
      addFault.bind(7, fault.hint)
      try addFault.run()
      running.ledgerFaultCount += 1
    }
  }
}

extension ImportDefinition {
  /// What must be the same for an import to go on: columns and options.
  ///
  /// Limits are not part of it: a higher one may be what lets an import go on.
  var text: String {
    let token = (options.clearToken ?? []).map { String($0, radix: 16) }.joined(separator: " ")
    return """
      columns \(plan.names.map { "\n\($0)" }.joined())
      role \(options.role)
      labels \(options.labels == .replace ? "replace" : "add")
      normalize \(options.normalizes)
      clear-token \(token)
      strict-identity \(options.strictIdentity)
      reject-repeats \(options.rejectsRepeats)
      ignore-unknown-columns \(options.ignoresUnknownColumns)
      max-faults \(options.faultsMax)\(options.isAllOrNothing ? "\nall-or-nothing true" : "")
      """
  }
}
