internal import MusterCore

/// Finds what may be too old to be kept, and deletes it a part at a time.
struct RetentionTables {
  let connection: Connection

  /// Imports looked at in one pass; the next one finds the others.
  private static let entriesMax = 10_000
  /// Imports with rows in one table that are looked at in one pass, from the oldest on.
  private static let listsMax = 200
  /// Faults or kept fields that one step deletes, about.
  private static let listRowsMax: Int64 = 5_000
  /// Blobs of before-images that one step deletes: 4 MiB.
  private static let blobsMax: Int64 = 64

  private static let lists = ["import_fault_member", "import_fault", "import_kept"]

  /// Imports that are open, can be undone, or have something listed.
  func entries() throws(StoreError) -> [Retention.Entry] {
    var listed: Set<Int64> = []
    for table in Self.lists { listed.formUnion(try oldest(of: table)) }
    var entries = try entries(
      "state = \(ImportRecord.State.open.rawValue) OR has_images = 1", listed: listed)
    listed.subtract(entries.map(\.seq))
    let others = listed.sorted().map { String($0) }.joined(separator: ", ")
    if !listed.isEmpty { entries += try self.entries("seq IN (\(others))", listed: listed) }
    return entries
  }

  private func entries(
    _ condition: String, listed: Set<Int64>
  ) throws(StoreError) -> [Retention.Entry] {
    let query = try connection.prepare(
      """
      SELECT seq, state, retention_at, has_images FROM import WHERE \(condition)
      ORDER BY seq LIMIT \(Self.entriesMax)
      """)
    var entries: [Retention.Entry] = []
    while try query.step() {
      entries.append(
        Retention.Entry(
          seq: query.integer(0),
          state: ImportRecord.State(rawValue: Int(query.integer(1))) ?? .open,
          touchedAt: query.integer(2), hasImages: query.integer(3) != 0,
          hasLists: listed.contains(query.integer(0))))
    }
    return entries
  }

  /// The lowest numbers in a table of many rows for each: one search of its key for each number.
  private func oldest(of table: String) throws(StoreError) -> [Int64] {
    let query = try connection.prepare(
      """
      WITH RECURSIVE found(seq) AS (
        SELECT min(import_seq) FROM \(table) UNION ALL
        SELECT (SELECT min(import_seq) FROM \(table) WHERE import_seq > found.seq) FROM found
        WHERE found.seq IS NOT NULL LIMIT \(Self.listsMax))
      SELECT seq FROM found WHERE seq IS NOT NULL
      """)
    var numbers: [Int64] = []
    while try query.step() { numbers.append(query.integer(0)) }
    return numbers
  }

  /// From now on an import cannot be undone; ``sweepImages()`` deletes what that leaves behind.
  func forgetImages(of seq: Int64) throws(StoreError) {
    try connection.execute("UPDATE import SET has_images = 0 WHERE seq = \(seq)")
  }

  /// An import with before-images that no undo needs; nil if there is none.
  func importToSweep() throws(StoreError) -> Int64? {
    for seq in try oldest(of: "import_image") {
      let hasImages = try connection.integer("SELECT has_images FROM import WHERE seq = \(seq)")
      if hasImages == 0 { return seq }
    }
    return nil
  }

  /// Deletes before-images that no undo needs, of many imports if each has few.
  func sweepImages() throws(StoreError) {
    var left = Self.blobsMax
    while left > 0, let seq = try importToSweep() {
      _ = try sweep("import_image", of: seq, countMax: left)
      left -= max(try connection.integer("SELECT changes()"), 1)
    }
  }

  /// Deletes faults and kept fields of an import.
  ///
  /// - Returns: false if there were none.
  func sweepLists(of seq: Int64) throws(StoreError) -> Bool {
    for table in Self.lists {
      if try sweep(table, of: seq, countMax: Self.listRowsMax) { return true }
    }
    return false
  }

  private func sweep(
    _ table: String, of seq: Int64, countMax: Int64
  ) throws(StoreError) -> Bool {
    let query = try connection.prepare("SELECT min(place) FROM \(table) WHERE import_seq = ?1")
    query.bind(1, seq)
    guard try query.step(), !query.isNull(0) else { return false }
    let end = query.integer(0) + countMax
    query.reset()
    try connection.execute(
      "DELETE FROM \(table) WHERE import_seq = \(seq) AND place < \(end)")
    return true
  }
}
