/// Decides whether an import that is begun again can be the one that its id stands for.
///
/// An id means one import: other rows under an id that is taken are refused, and never dropped.
package struct ImportIdentity: Sendable, Equatable {
  /// The import's id.
  package var importID: String
  /// Whether it has had all its rows.
  package var isOver: Bool
  /// Rows that it has.
  package var rowCount: UInt64
  /// Bytes of cells that it has.
  package var cellByteCount: UInt64
  /// What was declared when it began first; nil if nothing was.
  package var declared: DeclaredTotals?

  /// Describes the import that the ledger has.
  package init(
    importID: String, isOver: Bool, rowCount: UInt64, cellByteCount: UInt64,
    declared: DeclaredTotals?
  ) {
    self.importID = importID
    self.isOver = isOver
    self.rowCount = rowCount
    self.cellByteCount = cellByteCount
    self.declared = declared
  }

  /// Compares what is declared now with what was declared, or has come.
  ///
  /// - Throws: `importDiffers` for totals that this import can never have had.
  package func check(_ totals: DeclaredTotals?) throws(ImportSession.Refusal) {
    guard let totals else { return }
    try check(totals.rows, declared?.rows ?? 0, rowCount, "rows")
    try check(totals.cellBytes, declared?.cellBytes ?? 0, cellByteCount, "bytes of cells")
  }

  private func check(
    _ now: UInt64, _ first: UInt64, _ had: UInt64, _ unit: String
  ) throws(ImportSession.Refusal) {
    if now == 0 || now == first { return }
    if isOver {
      if now == had { return }
      throw refusal("has ended with \(had) \(unit), and \(now) are declared")
    }
    if first > 0 { throw refusal("began with \(first) \(unit) declared, and \(now) are now") }
    if now < had { throw refusal("has \(had) \(unit) already, and \(now) are declared") }
  }

  /// What an import is refused with that is not the one that its id stands for.
  package func refusal(_ difference: String) -> ImportSession.Refusal {
    ImportSession.Refusal(
      .importDiffers,
      "The import \(importID) \(difference); give an import of other rows a new id.",
      [.importID: importID])
  }
}

extension ImportIdentity {
  /// Compares rows that are sent again with those that the import has.
  ///
  /// Only a client that sends all of them can be compared: one that leaves some out has nothing
  /// that could differ.
  package struct RowsAgain: Sendable {
    private let identity: ImportIdentity
    /// nil where the import has none, or a row was left out.
    private var expected: RowDigest?
    private var digest = RowDigest()
    private var nextRow: UInt64 = 0

    /// - Parameter expected: The digest of the rows that the import has; nil compares nothing.
    package init(_ identity: ImportIdentity, expected: RowDigest?) {
      self.identity = identity
      self.expected = identity.rowCount > 0 ? expected : nil
    }

    /// Takes the rows of a chunk that the import has already.
    ///
    /// - Parameter count: How many of its rows these are.
    /// - Throws: `importDiffers` when the last one that it has was sent, and they are not the same.
    package mutating func received(
      _ chunk: any RowSource, count: Int
    ) throws(ImportSession.Refusal) {
      guard let expected, count > 0 else { return }
      guard chunk.firstRow <= nextRow else {
        self.expected = nil
        return
      }
      let first = Int(clamping: nextRow - chunk.firstRow)
      for row in first..<max(count, first) {
        unsafe digest.add(chunk.cells(ofRow: row))
        nextRow += 1
      }
      guard nextRow >= identity.rowCount else { return }
      self.expected = nil
      if digest != expected {
        throw identity.refusal("has other rows than these up to row \(identity.rowCount)")
      }
    }
  }
}
