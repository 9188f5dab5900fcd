/// Rows as they were received, readable where they lie.
///
/// The buffers that it hands out are valid while the source lives.
public protocol RowSource: AnyObject, Sendable {
  /// The number of the first row in its import, from 0.
  var firstRow: UInt64 { get }
  /// How many rows there are.
  var rowCount: Int { get }
  /// The cells of a row, counted from 0 within this source.
  func cells(ofRow row: Int) -> UnsafeBufferPointer<CellBytes>
}
