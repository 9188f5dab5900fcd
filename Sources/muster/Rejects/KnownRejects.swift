/// The rejected rows that are known of an import: those that a command heard of, and those of the
/// daemon's ledger, which nobody may have heard of.
///
/// They are read in the order of their rows, each once. Reading may go on after more were heard.
final class KnownRejects {
  /// What a command heard, this one or an interrupted one.
  private let heard: FaultSpill
  /// What the ledger had when the import went on; all before any row that is heard afterwards.
  private var ledger: FaultSpill?
  /// The ledger's rows that nobody had heard of.
  private var foundCount: UInt64 = 0
  private var nextHeard: RejectedRow?
  private var nextOfLedger: RejectedRow?

  init(heard: FaultSpill) { self.heard = heard }

  var rowCount: UInt64 { heard.rowCount + foundCount }

  /// Adds a row that was heard of.
  func add(_ row: RejectedRow) throws { try heard.append(row) }

  /// Writes what is still in memory.
  func flush() throws { try heard.flush() }

  /// Forgets what was heard of the rows after one, counted from 1, and begins to read anew.
  func cut(afterRow row: UInt64) throws {
    try heard.cut(afterRow: row)
    startReading()
  }

  /// Takes what the ledger has of the rows before the one at which the import goes on.
  func add(ledger: FaultSpill) throws {
    try ledger.flush()
    self.ledger = nil
    startReading()
    ledger.startReading()
    foundCount = 0
    while let row = try ledger.next() {
      if try !hasHeard(of: row.row) { foundCount += 1 }
    }
    self.ledger = ledger
    startReading()
  }

  /// Begins to read at the first row.
  func startReading() {
    heard.startReading()
    ledger?.startReading()
    nextHeard = nil
    nextOfLedger = nil
  }

  /// The next row; nil after the last that is known so far.
  func next() throws -> RejectedRow? {
    if nextHeard == nil { nextHeard = try heard.next() }
    if nextOfLedger == nil { nextOfLedger = try ledger?.next() }
    guard let found = nextOfLedger, nextHeard.map({ found.row <= $0.row }) ?? true else {
      defer { nextHeard = nil }
      return nextHeard
    }
    nextOfLedger = nil
    // What was heard is whole; the ledger may have reached its bound within the row.
    guard let first = nextHeard, first.row == found.row else { return found }
    nextHeard = nil
    return first
  }

  /// Whether a row was heard of; asked in the order of the rows, from the start of reading on.
  func hasHeard(of row: UInt64) throws -> Bool {
    while true {
      if nextHeard == nil { nextHeard = try heard.next() }
      guard let first = nextHeard, first.row < row else { return nextHeard?.row == row }
      nextHeard = nil
    }
  }
}
