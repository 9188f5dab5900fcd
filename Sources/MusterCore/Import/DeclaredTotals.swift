/// How much an import will bring, as its client declares; 0 of either is not declared.
public struct DeclaredTotals: Sendable, Equatable {
  /// Rows, without the header.
  public var rows: UInt64
  /// Bytes of all cells.
  public var cellBytes: UInt64

  /// Declares the totals of a whole import, rows sent before a resume included.
  public init(rows: UInt64, cellBytes: UInt64) {
    self.rows = rows
    self.cellBytes = cellBytes
  }
}
