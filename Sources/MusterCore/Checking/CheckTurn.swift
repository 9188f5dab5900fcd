/// How much of a chunk is checked in one go.
///
/// Between two goes the stream looks whether anybody still waits for it, and others get their turn.
/// So a go takes some milliseconds, whatever the rows hold, and at most one row more, which has up
/// to ``Limits/rowBytesMax`` bytes.
public struct CheckTurn: Sendable {
  /// As many as the store applies at a time: fewer would cost it speed.
  static let rowsMax = 4_096
  /// Bytes of cells.
  static let bytesMax: UInt64 = 512 * 1024
  /// Values of the rows, blank ones included: 16 bytes each, however short the rows are.
  static let valuesMax = 262_144
  /// Faults, of a few hundred bytes each.
  static let faultsMax = 1_024
  /// Rows that may have faults for required fields once they are applied
  /// (``Limits/requiredFaultsPerRowMax`` each).
  static let openRowsMax = 1_024
  /// Steps that are taken for hints (``HintBudget``): some 2 ms.
  static let hintStepsMax = 2_000_000

  /// Makes a turn.
  public init() {}

  /// Rows of a turn, each of so many values.
  func rowsMax(slotCount: Int) -> Int {
    min(Self.rowsMax, max(1, Self.valuesMax / max(1, slotCount)))
  }

  /// Bytes of memory that checking so many rows takes at most, but for what their last one has of
  /// faults and of values that are made for it.
  public static func bytesMax(rowCount: Int, slotCount: Int) -> Int {
    let rows = min(rowCount, CheckTurn().rowsMax(slotCount: slotCount))
    return rows * CheckedChunk.rowBytes(slotCount: slotCount)
      + faultsMax * CheckedChunk.faultBytes
  }

  /// Whether enough is checked.
  func isOver(_ pass: borrowing RowPass, hintSteps: Int) -> Bool {
    pass.cellByteCount >= Self.bytesMax || pass.faults.count >= Self.faultsMax
      || pass.openRowCount >= Self.openRowsMax || hintSteps >= Self.hintStepsMax
  }
}
