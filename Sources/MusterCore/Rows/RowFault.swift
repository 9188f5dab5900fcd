/// One rule that one row broke. Data, not an error: a bad row never stops a good one.
///
/// The value and the hint may hold what the member sent; they go to the caller and the ledger only,
/// never to a log or a metric.
public struct RowFault: Sendable, Equatable {
  /// The row's number, from 1, as people count.
  public var row: UInt64
  /// The column's name; nil for a fault of the whole row.
  public var column: String?
  /// The rule that was broken.
  public var code: FaultCode
  /// The offending bytes, cut at ``Limits/faultValueBytesMax``.
  public var value: [UInt8]
  /// What was found, what is wanted, and the nearest right thing, where that helps.
  public var hint: String?

  /// Makes a fault; the value is cut by the caller.
  public init(
    row: UInt64, column: String?, code: FaultCode, value: [UInt8] = [], hint: String? = nil
  ) {
    self.row = row
    self.column = column
    self.code = code
    self.value = value
    self.hint = hint
  }
}
