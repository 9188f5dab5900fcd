/// What a caller asks of an import besides its rows.
///
/// Source: Design, "Options".
public struct ImportOptions: Sendable, Equatable {
  /// The slug or id of the role that new members get.
  public var role = "user"
  /// What a cell of labels does to those that the member has.
  public var labels = LabelMode.add
  /// Trim cells, take spaces, dashes, dots and brackets out of a phone that starts with `+`, and
  /// take off the `'` of ``SpreadsheetCell``.
  public var normalizes = false
  /// A cell equal to it clears its field; nil or empty clears nothing.
  public var clearToken: [UInt8]? = nil
  /// Reject a row that would change an identifier that is already set.
  public var strictIdentity = false
  /// Reject a second row of the same person in one import.
  public var rejectsRepeats = false
  /// Ignore columns and form fields that nobody knows, instead of refusing the import.
  public var ignoresUnknownColumns = false
  /// Stop after this many faults; 0 never stops.
  public var faultsMax: UInt64 = 0
  /// Whether the rows are applied, or only what they would do is told.
  public var mode = Mode.apply
  /// Apply every row or, if one has a fault, none.
  public var isAllOrNothing = false
  /// In a preview: of how many created and of how many updated rows the changes are told; 0 tells
  /// all.
  public var changesMax: UInt64 = 0

  /// The options of an import whose caller asks for nothing.
  public init() {}

  /// Whether all rows must have come before the first is decided.
  public var isSpooled: Bool { mode == .preview || isAllOrNothing }

  /// What becomes of an import's rows.
  public enum Mode: Int, Sendable {
    case apply = 0
    /// The real import, taken back: it changes nothing.
    case preview = 1
  }

  /// What a cell of labels does to the labels that a member has.
  public enum LabelMode: Int, Sendable {
    case add = 0
    case replace = 1
  }
}
