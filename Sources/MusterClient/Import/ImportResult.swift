public import MusterCore
internal import MusterWire

/// What a complete import did. Every row is durable or rejected, and
/// `received = created + updated + unchanged + rejected`.
public struct ImportResult: Sendable, Equatable {
  /// The import's id, a UUID in lower case.
  public var importID: String
  /// What became of the rows of the whole import, those before a resume included.
  public var counts: ImportCounts
  /// The first faults, at most ``ClientBounds/keptFaultsMax``, if no closure took them;
  /// `counts.faults` says how many there were in the whole import.
  public var faults: [RowFault]
  /// How the import ended: `finished`, or `refused` if it is all or nothing and a row had a fault;
  /// nothing of it is applied then.
  public var state: ImportRecord.State
  /// The workspace that took the rows.
  public var workspace: String
  /// The database file that holds the workspace.
  public var store: String

  init(_ summary: ImportSummary, faults: [RowFault]) {
    importID = summary.importID
    counts = summary.progress.counts
    self.faults = faults
    state = summary.state
    workspace = summary.workspace
    store = summary.store
  }
}
