public import MusterCore
internal import MusterWire

/// What an import would do: its preview changed nothing.
public struct ImportPreview: Sendable, Equatable {
  /// What would become of the rows; `received = created + updated + unchanged + rejected`.
  public var counts: ImportCounts
  /// How the import would end: `finished`, `refused` if it is all or nothing and a row has a fault,
  /// or `stopped` after as many faults as its options allow.
  public var state: ImportRecord.State
  /// What rows would change, in their order: of the first rows that create a member and of the
  /// first that update one, as many as were asked for.
  public var changes: [RowChange]
  /// The first faults, at most ``ClientBounds/keptFaultsMax``; `counts.faults` says how many there
  /// are.
  public var faults: [RowFault]
  /// The workspace that the rows were for.
  public var workspace: String

  init(_ summary: ImportSummary, changes: [RowChange], faults: [RowFault]) {
    counts = summary.progress.counts
    state = summary.state
    self.changes = changes
    self.faults = faults
    workspace = summary.workspace
  }
}
