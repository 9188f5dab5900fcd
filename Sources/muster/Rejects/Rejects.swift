internal import MusterClient

/// Where rejected rows go: to be written out with their original cells.
protocol Rejects {
  /// The daemon has accepted the import, perhaps not for the first time, and goes on at a row (from
  /// 0): what it said of the rows from there on counts no more.
  mutating func goOn(atRow row: UInt64) throws

  /// Whether a row, from 1, is one that an earlier run had heard of; asked after ``goOn(atRow:)``,
  /// in the order of the rows.
  func hasHeard(ofRow row: UInt64) throws -> Bool

  /// Takes what the ledger has of the rows before the one at which the import goes on.
  ///
  /// - Parameters:
  ///   - ledger: The rejected rows, each with its faults.
  ///   - endRow: The ledger has the rejected rows before this one, counted from 1; nil if it has
  ///     all.
  mutating func recover(_ ledger: FaultSpill, before endRow: UInt64?) throws

  /// Takes the next rejected row; they come in the order of the file.
  mutating func add(_ row: RejectedRow) throws

  /// Every row before this one (from 0) is durable and was read, and its faults were given.
  mutating func committed(rowsBefore row: UInt64) throws

  /// Writes what there is.
  ///
  /// - Returns: Whether there is a rejects file.
  mutating func finish() throws -> Bool

  /// How many rejected rows are known, of those of earlier runs too; nil if nobody wants them.
  var rowCount: UInt64? { get }
}

/// Nobody wants the rejected rows.
struct NoRejects: Rejects {
  mutating func goOn(atRow row: UInt64) {}
  func hasHeard(ofRow row: UInt64) -> Bool { false }
  mutating func recover(_ ledger: FaultSpill, before endRow: UInt64?) {}
  mutating func add(_ row: RejectedRow) {}
  mutating func committed(rowsBefore row: UInt64) {}
  mutating func finish() -> Bool { false }
  var rowCount: UInt64? { nil }
}
