/// What has happened to an import's rows so far.
///
/// `received = created + updated + unchanged + rejected`, always: only decided rows are counted.
public struct ImportCounts: Sendable, Equatable {
  /// Rows that made a member.
  public var created: UInt64 = 0
  /// Rows that changed a member.
  public var updated: UInt64 = 0
  /// Rows that changed nothing.
  public var unchanged: UInt64 = 0
  /// Rows with at least one fault; no member has anything of them.
  public var rejected: UInt64 = 0
  /// Rows that hit a member which this import had already created or changed.
  public var repeats: UInt64 = 0
  /// Identifiers that were set and now hold another value.
  public var identifierChanges: UInt64 = 0
  /// Cells that normalising changed, in rows that were not rejected and columns that count.
  ///
  /// Source: Design, "Options".
  public var normalized: UInt64 = 0
  /// Notify fields of members that became true, and were false or had no value before.
  ///
  /// A new member's fields are no change of anybody's mind, and are not counted.
  public var optIns: UInt64 = 0
  /// Notify fields of members that became false, and were true or had no value before; and those
  /// that were true and lost their value.
  public var optOuts: UInt64 = 0
  /// Faults found, kept in the ledger or not.
  public var faults: UInt64 = 0

  /// The counts of an import without rows.
  public init() {}

  /// Rows decided so far.
  public var received: UInt64 { created + updated + unchanged + rejected }
}

/// Where an import stands: what it decided, and how much of that survives a power loss.
public struct ImportProgress: Sendable, Equatable {
  /// What became of the rows decided so far, committed or not.
  public var counts = ImportCounts()
  /// Rows that survive a power loss; the import goes on from here. Never falls.
  public var committed: UInt64 = 0

  /// The progress of an import; without arguments, of one that has not begun.
  public init(counts: ImportCounts = ImportCounts(), committed: UInt64 = 0) {
    self.counts = counts
    self.committed = committed
  }
}
