internal import MusterCore

/// Checks the ledger, an import at a time, each in a read transaction of its own; before-images a
/// blob at a time.
final class LedgerCheck {
  private let connection: Connection
  private let nextImport: Statement
  private let faults: Statement
  private let codes: Statement
  private let kept: Statement
  private let images: Statement
  private let findImport: Statement
  private var lastSeq = Int64.min

  init(_ connection: Connection) throws(StoreError) {
    self.connection = connection
    nextImport = try connection.prepare(
      """
      SELECT seq, import_id, state, next_row, created, updated, unchanged, rejected, repeats,
        faults, finished_at, kept FROM import WHERE seq > ?1 ORDER BY seq LIMIT 1
      """)
    faults = try connection.prepare(
      "SELECT count(*), min(row), max(row) FROM import_fault WHERE import_seq = ?1")
    codes = try connection.prepare("SELECT DISTINCT code FROM import_fault WHERE import_seq = ?1")
    kept = try connection.prepare("SELECT count(*) FROM import_kept WHERE import_seq = ?1")
    images = try connection.prepare(
      """
      SELECT place, images FROM import_image WHERE import_seq = ?1 AND place > ?2
      ORDER BY place LIMIT 1
      """)
    findImport = try connection.prepare("SELECT 1 FROM import WHERE seq = ?1")
  }

  /// Checks the next import.
  ///
  /// - Returns: Whether there was one.
  func step(_ report: inout CheckReport) throws(StoreError) -> Bool {
    try connection.execute("BEGIN")
    let found: (seq: Int64, importID: String)?
    do throws(StoreError) {
      found = try checkImport(&report)
      try connection.execute("COMMIT")
    } catch {
      for statement in [nextImport, faults, codes, kept] { statement.reset() }
      try? connection.execute("ROLLBACK")
      throw error
    }
    guard let found else { return false }
    report.imports += 1
    try checkImages(found.seq, found.importID, &report)
    return true
  }

  private func checkImport(
    _ report: inout CheckReport
  ) throws(StoreError) -> (seq: Int64, importID: String)? {
    nextImport.bind(1, lastSeq)
    guard try nextImport.step() else { return nil }
    defer { nextImport.reset() }
    lastSeq = nextImport.integer(0)
    let importID = nextImport.text(1)
    let numbers = (0...11).map { nextImport.integer(Int32($0)) }
    if !Self.addsUp(numbers) { report.note(.importCounts, importID: importID) }
    let state = ImportRecord.State(rawValue: Int(truncatingIfNeeded: numbers[2]))
    if let state, state != .running {
      if (state == .open) != (numbers[10] == 0) { report.note(.importEnd, importID: importID) }
    } else {
      report.note(.importState, importID: importID)
    }
    if try !faultsFit(numbers) { report.note(.importFaults, importID: importID) }
    kept.bind(1, lastSeq)
    if try kept.step(), kept.integer(0) > numbers[11] {
      report.note(.importKept, importID: importID)
    }
    kept.reset()
    return (lastSeq, importID)
  }

  private static func addsUp(_ numbers: [Int64]) -> Bool {
    guard numbers[3...9].allSatisfy({ $0 >= 0 }) else { return false }
    var sum: Int64 = 0
    for number in numbers[4...7] {
      let (next, overflow) = sum.addingReportingOverflow(number)
      if overflow { return false }
      sum = next
    }
    // All rows of an import that was refused are rejected, also those without a fault.
    let isRefused = numbers[2] == Int64(ImportRecord.State.refused.rawValue)
    return sum == numbers[3] && numbers[8] <= sum && (isRefused || numbers[9] >= numbers[7])
  }

  private func faultsFit(_ numbers: [Int64]) throws(StoreError) -> Bool {
    faults.bind(1, lastSeq)
    guard try faults.step() else { return true }
    let (count, first, last) = (faults.integer(0), faults.integer(1), faults.integer(2))
    faults.reset()
    guard count > 0 else { return true }
    guard count <= numbers[9], first >= 1, last <= numbers[3] else { return false }
    codes.bind(1, lastSeq)
    defer { codes.reset() }
    while try codes.step() {
      if FaultCode(rawValue: codes.text(0)) == nil { return false }
    }
    return true
  }

  private func checkImages(
    _ seq: Int64, _ importID: String, _ report: inout CheckReport
  ) throws(StoreError) {
    var place = Int64.min
    images.bind(1, seq)
    while true {
      images.bind(2, place)
      guard try images.step() else { return }
      place = images.integer(0)
      let blob = unsafe images.borrowed(1).bytes()
      images.reset()
      if try !isSound(blob) { report.note(.importImages, importID: importID) }
    }
  }

  private func isSound(_ blob: [UInt8]) throws(StoreError) -> Bool {
    guard let records = try? UndoUnpacker.records(of: blob) else { return false }
    var checked: UInt32 = 0
    for case .changed(let image) in records.map(\.record) {
      guard image.member > 0 else { return false }
      // A member that was signed up belongs to no import.
      guard image.importSeq != checked, image.importSeq != 0 else { continue }
      findImport.bind(1, Int64(image.importSeq))
      defer { findImport.reset() }
      guard try findImport.step() else { return false }
      checked = image.importSeq
    }
    return true
  }
}
