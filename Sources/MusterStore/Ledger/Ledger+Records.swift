internal import MusterCore

/// What the ledger tells of imports, as far as it is durable or about to be.
extension Ledger {
  private static let columns = """
    seq, import_id, state, columns, next_row, created, updated, unchanged, rejected, repeats,
    identifier_changes, faults, started_at, finished_at, touched_at, has_images, undone_created,
    undone_updated, kept, opt_ins, opt_outs, normalized
    """

  /// An import with its number, which never changes.
  typealias Numbered = (seq: Int64, record: ImportRecord)

  /// - Returns: nil if the ledger does not know the import.
  func record(_ importID: String) throws(StoreError) -> Numbered? {
    let query = try connection.prepare("SELECT \(Self.columns) FROM import WHERE import_id = ?1")
    query.bind(1, importID)
    guard try query.step() else { return nil }
    defer { query.reset() }
    return read(query)
  }

  /// Bytes of columns' names after which a page ends early: stock clients take 4 MiB a message.
  private static let pageBytesMax = 512 * 1024

  /// The newest imports of some states: as many as asked for, or fewer if their columns are long.
  ///
  /// - Parameters:
  ///   - states: Empty means all.
  ///   - before: Only those with a lower number; 0 means all.
  func records(
    _ states: Set<ImportRecord.State>, before: Int64, countMax: Int
  ) throws(StoreError) -> (records: [Numbered], mayHaveMore: Bool) {
    var stored = states
    // What runs is open as far as the file knows.
    if stored.remove(.running) != nil { stored.insert(.open) }
    let list = stored.map { String($0.rawValue) }.sorted().joined(separator: ", ")
    let query = try connection.prepare(
      """
      SELECT \(Self.columns) FROM import WHERE seq < ?1
        \(states.isEmpty ? "" : "AND state IN (\(list))") ORDER BY seq DESC LIMIT ?2
      """)
    query.bind(1, before == 0 ? .max : before)
    query.bind(2, Int64(countMax))
    defer { query.reset() }
    var records: [Numbered] = []
    var bytes = 0
    while bytes < Self.pageBytesMax {
      guard try query.step() else { break }
      records.append(read(query))
      bytes += unsafe query.borrowed(3).count
    }
    return (records, records.count == countMax || bytes >= Self.pageBytesMax)
  }

  private func read(_ query: Statement) -> Numbered {
    func count(_ column: Int32) -> UInt64 { UInt64(clamping: query.integer(column)) }
    var progress = ImportProgress(committed: count(4))
    progress.counts.created = count(5)
    progress.counts.updated = count(6)
    progress.counts.unchanged = count(7)
    progress.counts.rejected = count(8)
    progress.counts.repeats = count(9)
    progress.counts.identifierChanges = count(10)
    progress.counts.faults = count(11)
    progress.counts.optIns = count(19)
    progress.counts.optOuts = count(20)
    progress.counts.normalized = count(21)
    var record = ImportRecord(
      importID: query.text(1), state: ImportRecord.State(rawValue: Int(query.integer(2))) ?? .open,
      progress: progress,
      columns: query.text(3).split(separator: "\n", omittingEmptySubsequences: false)
        .map(String.init),
      startedAt: query.integer(12), finishedAt: query.integer(13))
    record.touchedAt = query.integer(14)
    record.hasImages = query.integer(15) != 0
    record.undo.deleted = count(16)
    record.undo.restored = count(17)
    record.undo.kept = count(18)
    return (query.integer(0), record)
  }

  /// Ends an open import, which takes no more rows.
  func end(_ seq: Int64, as state: ImportRecord.State, now: Int64) throws(StoreError) {
    let statement = try connection.prepare(
      "UPDATE import SET state = ?2, finished_at = ?3 WHERE seq = ?1")
    statement.bind(1, seq)
    statement.bind(2, Int64(state.rawValue))
    statement.bind(3, now)
    try statement.run()
  }

  /// Elements of one page of faults or kept fields.
  static let pageElementsMax = 500

  /// A page of an import's faults.
  func faults(of seq: Int64, from first: UInt64) throws(StoreError) -> LedgerPage<RowFault> {
    let query = try connection.prepare(
      """
      SELECT place, row, column_name, code, value, hint FROM import_fault
      WHERE import_seq = ?1 AND place >= ?2 ORDER BY place LIMIT ?3
      """)
    return try page(query, seq, from: first) { query in
      guard let code = FaultCode(rawValue: query.text(3)) else { return nil }
      return unsafe RowFault(
        row: UInt64(clamping: query.integer(1)), column: query.isNull(2) ? nil : query.text(2),
        code: code, value: query.borrowed(4).bytes(), hint: query.isNull(5) ? nil : query.text(5))
    }
  }

  /// A page of what undoing an import has kept.
  func kept(of seq: Int64, from first: UInt64) throws(StoreError) -> LedgerPage<KeptField> {
    let query = try connection.prepare(
      """
      SELECT place, member, column_name, reason FROM import_kept
      WHERE import_seq = ?1 AND place >= ?2 ORDER BY place LIMIT ?3
      """)
    return try page(query, seq, from: first) { query in
      KeptField(
        member: UInt32(truncatingIfNeeded: query.integer(1)),
        column: query.isNull(2) ? nil : query.text(2), reason: query.text(3))
    }
  }

  private func page<Element: Sendable>(
    _ query: Statement, _ seq: Int64, from first: UInt64, _ read: (Statement) -> Element?
  ) throws(StoreError) -> LedgerPage<Element> {
    query.bind(1, seq)
    query.bind(2, Int64(clamping: first))
    query.bind(3, Int64(Self.pageElementsMax))
    var elements: [Element] = []
    var rowCount = 0
    var last: Int64 = 0
    while try query.step() {
      rowCount += 1
      last = query.integer(0)
      if let element = read(query) { elements.append(element) }
    }
    let isLast = rowCount < Self.pageElementsMax
    return LedgerPage(elements: elements, next: isLast ? nil : UInt64(clamping: last) + 1)
  }
}
