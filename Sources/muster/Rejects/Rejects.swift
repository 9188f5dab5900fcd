internal import MusterClient

/// Where rejected rows go: to be written out with their original cells.
protocol Rejects {
  /// The import goes on after an interruption; the rejected rows before this one (from 0) are in
  /// the rejects file already.
  mutating func resume(atRow row: UInt64)

  /// Takes the next rejected row; they come in the order of the file.
  mutating func add(_ row: RejectedRow) throws

  /// Every row before this one (from 0) is decided, and its faults were given.
  mutating func forget(rowsBefore row: UInt64)

  /// Writes what there is.
  ///
  /// - Returns: Whether there is a rejects file.
  mutating func finish() throws -> Bool
}

/// Nobody wants the rejected rows.
struct NoRejects: Rejects {
  mutating func resume(atRow row: UInt64) {}
  mutating func add(_ row: RejectedRow) {}
  mutating func forget(rowsBefore row: UInt64) {}
  mutating func finish() -> Bool { false }
}
