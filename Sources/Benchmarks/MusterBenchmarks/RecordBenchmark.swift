internal import CSQLite

/// How a member may be kept: what each way costs through SQLite's C API alone, with Muster's
/// pragmas.
struct RecordBenchmark {
  let members: Int
  let directory: String

  private static let groupRows = 100_000
  private static let packRows = 64

  func run(_ rounds: Int) throws {
    var report = Report()
    // Made before anything is measured.
    let samples = (0..<members).map { SampleMember($0) }
    let changed = (0..<members).map { SampleMember($0, note: "updated \($0)") }
    for _ in 0..<rounds {
      try measureRows(
        "plain rows, 16 KiB pages", pageBytes: 16_384, unique: false, samples, &report)
      try measureRows("plain rows, 4 KiB pages", pageBytes: 4_096, unique: false, samples, &report)
      try measureRows(
        "three UNIQUE indexes, 16 KiB pages", pageBytes: 16_384, unique: true, samples, &report)
      try measurePacks(samples, changed, &report)
    }
    report.print(title: "record", members: members)
  }

  private func measureRows(
    _ name: String, pageBytes: Int, unique: Bool, _ samples: [SampleMember],
    _ report: inout Report
  ) throws {
    let path = directory + "/muster-benchmark-record.db"
    removeDatabase(path)
    defer { removeDatabase(path) }
    let database = try RawDatabase(path, pageBytes: pageBytes)
    let mark = unique ? " UNIQUE" : ""
    try database.execute(
      """
      CREATE TABLE member(id INTEGER PRIMARY KEY, email TEXT\(mark), phone TEXT\(mark),
        external_id TEXT\(mark), import_seq INTEGER, role_id INTEGER, created_at INTEGER,
        updated_at INTEGER, name TEXT, description TEXT, date_of_birth TEXT, labels TEXT,
        notify_email INTEGER, notify_sms INTEGER, notify_voice INTEGER, forms TEXT) STRICT
      """)
    let insert = try database.prepare(
      """
      INSERT INTO member(id, email, phone, external_id, import_seq, role_id, created_at, updated_at,
        name, description, date_of_birth, labels, notify_email, notify_voice, forms)
      VALUES(?1, ?2, ?3, ?4, 1, 2, 1700000000, 1700000000, ?5, ?6, ?7, ?8, 1, 0, ?9)
      """)
    let cost = try Cost.of {
      try inGroups(database) { number in
        let cells = samples[number].cells
        insert.bind(1, Int64(number + 1))
        for (place, cell) in [0, 1, 2, 3, 5, 4, 6].enumerated() {
          insert.bind(Int32(place + 2), cells[cell])
        }
        insert.bind(9, number % 2 == 0 ? Self.forms : [])
        try insert.run()
      }
    }
    report.add("new, \(name)", cost)
    let update = try database.prepare("UPDATE member SET description = ?2 WHERE id = ?1")
    let changed = try Cost.of {
      try inGroups(database) { number in
        update.bind(1, Int64(number + 1))
        update.bind(2, Array("updated \(number)".utf8))
        try update.run()
      }
    }
    report.add("changed, \(name)", changed)
  }

  private static let forms = Array(#"{"survey":{"color":"green","size":"42"}}"#.utf8)

  private func measurePacks(
    _ samples: [SampleMember], _ changed: [SampleMember], _ report: inout Report
  ) throws {
    let path = directory + "/muster-benchmark-record.db"
    removeDatabase(path)
    defer { removeDatabase(path) }
    let database = try RawDatabase(path, pageBytes: 16_384)
    try database.execute("CREATE TABLE pack(id INTEGER PRIMARY KEY, members BLOB) STRICT")
    let put = try database.prepare("INSERT OR REPLACE INTO pack(id, members) VALUES(?1, ?2)")
    func write(_ members: [SampleMember]) throws {
      var pack: [UInt8] = []
      try inGroups(database) { number in
        for cell in members[number].cells {
          pack.append(UInt8(truncatingIfNeeded: cell.count))
          pack.append(contentsOf: cell)
        }
        guard number % Self.packRows == Self.packRows - 1 || number == members.count - 1 else {
          return
        }
        put.bind(1, Int64(number / Self.packRows))
        put.bindBlob(2, pack)
        try put.run()
        pack.removeAll(keepingCapacity: true)
      }
    }
    report.add("new, packs of 64 members", try Cost.of { try write(samples) })
    report.add("changed, packs of 64 members", try Cost.of { try write(changed) })
  }

  private func inGroups(_ database: RawDatabase, _ body: (Int) throws -> Void) throws {
    var first = 0
    while first < members {
      try database.execute("BEGIN")
      for number in first..<min(first + Self.groupRows, members) { try body(number) }
      try database.execute("COMMIT")
      first += Self.groupRows
    }
    try database.execute("PRAGMA wal_checkpoint(PASSIVE)")
  }
}
