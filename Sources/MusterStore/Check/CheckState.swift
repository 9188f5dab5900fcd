internal import MusterCore

/// How far the check of a file has come, and its parts.
struct CheckState {
  enum Stage { case open, structure, catalogue, members, ledger, done }

  private(set) var stage = Stage.open
  var report = CheckReport()
  var tally = IndexTally()
  /// From where on the index has not been compared yet.
  var comparedMember = Int64.min
  private(set) var connection: Connection?
  private(set) var members: MemberCheck?
  private(set) var memberTotal: UInt64 = 0
  private var ledger: LedgerCheck?

  private static let cacheBytes = 8 * 1024 * 1024

  /// Damage is a finding; whatever else keeps the file from being read ends the check.
  ///
  /// - Returns: Whether it was damage.
  mutating func note(_ error: StoreError) -> Bool {
    guard error.code == .dataLoss || error.code == .internalError else { return false }
    report.note(.unreadable, detail: error.message)
    return true
  }

  /// Runs a part; what of it cannot be read is a finding, and the next part goes on.
  private mutating func part(
    then next: Stage, _ body: (inout Self) throws(StoreError) -> Bool
  ) throws(StoreError) {
    do throws(StoreError) {
      if try body(&self) { return }
    } catch {
      guard note(error) else { throw error }
    }
    stage = next
  }

  /// - Parameter isInUse: Whether a daemon has the file open, and has looked at it before.
  mutating func open(_ path: String, isInUse: () -> Bool) throws(StoreError) {
    let files = StoreFiles(path)
    guard files.areKnown else {
      throw StoreError(.notFound, "There is no file \(path); name a database, such as a backup.")
    }
    stage = .done
    do throws(StoreError) {
      _ = try FoundStore.check(files, isInUse: isInUse)
      try Schema.checkOwner(path)
      let opened = try Connection(path: path, mode: .reader, cacheBytes: Self.cacheBytes)
      let layout = try opened.integer("PRAGMA user_version")
      guard layout > 0 else {
        throw StoreError(.dataLoss, "The database \(path) is empty; no workspace is in it.")
      }
      guard layout == Schema.version else {
        throw StoreError(
          reason: .otherVersion,
          "The database \(path) has the older layout \(layout); it is brought up to date when its"
            + " workspace is next used, and can be checked then.")
      }
      memberTotal = UInt64(clamping: try opened.integer("SELECT max(id) FROM member"))
      connection = opened
      stage = .structure
    } catch {
      guard note(error) else { throw error }
    }
  }

  /// - Parameter wanted: Ends it, with `cancelled`, once nobody waits for it any more.
  mutating func checkStructure(while wanted: Wanted) throws(StoreError) {
    try part(then: .catalogue) { state throws(StoreError) in
      guard let connection = state.connection else { return false }
      return try connection.interruptible(wanted) { () throws(StoreError) in
        try state.checkStructure(connection)
      }
    }
  }

  private mutating func checkStructure(_ connection: Connection) throws(StoreError) -> Bool {
    let integrity = try connection.prepare(
      "PRAGMA integrity_check(\(CheckReport.examplesMax))")
    var found: [String] = []
    while try integrity.step() { found.append(integrity.text(0)) }
    if found != ["ok"] { for line in found { report.note(.fileStructure, detail: line) } }
    let keys = try connection.prepare("PRAGMA foreign_key_check")
    while try keys.step() {
      report.note(.foreignKey, detail: "\(keys.text(0)) to \(keys.text(2))")
    }
    return false
  }

  mutating func checkCatalogue() throws(StoreError) {
    try part(then: .members) { state throws(StoreError) in
      guard let connection = state.connection else { return false }
      try CatalogueCheck(connection: connection).run(&state.report)
      return false
    }
  }

  mutating func checkMembers() throws(StoreError) {
    try part(then: .ledger) { state throws(StoreError) in
      guard let connection = state.connection else { return false }
      if state.members == nil { state.members = try MemberCheck(connection) }
      return try state.members?.step(&state.report) ?? false
    }
  }

  mutating func checkLedger() throws(StoreError) {
    try part(then: .done) { state throws(StoreError) in
      guard let connection = state.connection else { return false }
      if state.ledger == nil { state.ledger = try LedgerCheck(connection) }
      return try state.ledger?.step(&state.report) ?? false
    }
  }
}
