/// What has happened to an import's rows so far.
///
/// `received = created + updated + unchanged + rejected`, always: only decided rows are counted.
public struct ImportCounts: Sendable, Equatable {
  public var created: UInt64 = 0
  public var updated: UInt64 = 0
  public var unchanged: UInt64 = 0
  public var rejected: UInt64 = 0
  /// Rows that hit a member which this import had already created or changed.
  public var repeats: UInt64 = 0
  /// Identifiers that were set and now hold another value.
  public var identifierChanges: UInt64 = 0
  /// Faults found, kept in the ledger or not.
  public var faults: UInt64 = 0

  public init() {}

  /// Rows decided so far.
  public var received: UInt64 { created + updated + unchanged + rejected }
}

/// Where an import stands: what it decided, and how much of that survives a power loss.
public struct ImportProgress: Sendable, Equatable {
  public var counts = ImportCounts()
  /// Rows that survive a power loss; the import goes on from here. Never falls.
  public var committed: UInt64 = 0

  public init(counts: ImportCounts = ImportCounts(), committed: UInt64 = 0) {
    self.counts = counts
    self.committed = committed
  }
}
