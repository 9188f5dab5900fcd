/// One workspace's members and imports, whatever engine keeps them.
///
/// This is the seam of Design, "Store": index, SQL and commit lie behind it; checks lie before it.
/// All methods may be called from any thread. Rows of several imports are applied in the order in
/// which their chunks arrive, each import's in its own order.
public protocol MemberStore: ImportLedger, SingleMembers, Sendable {
  /// The workspace's name.
  var name: String { get }
  /// Where the members are kept, for people: a file's path.
  var location: String { get }
  /// Roles, labels and forms as they are now.
  var catalogue: Catalogue { get }

  /// Opens an import, or goes on with an interrupted one.
  ///
  /// - Parameter observer: Called in order, on the store's own thread; it must not block.
  /// - Throws: `invalidArgument` for an unknown role, `failedPrecondition` if the import began with
  ///   other columns or options, or cannot have the totals that are declared, `aborted` if it is
  ///   running elsewhere, or if the catalogue that it was planned with has lost something since.
  func begin(
    _ definition: ImportDefinition, observer: @escaping @Sendable (ImportEvent) -> Void
  ) async throws(StoreError) -> ImportStart

  /// Takes a run of rows; returns at once. What becomes of it reaches the import's observer.
  ///
  /// Rows of a preview or an all-or-nothing import wait in a spool, and nothing becomes of them
  /// until ``finish(importID:rowCount:)``; the observer is told when they are in it.
  func apply(_ chunk: CheckedChunk, importID: String)

  /// Ends an import once all rows before this call are durable; runs one that is spooled.
  ///
  /// - Throws: `outOfRange` if it has another number of rows, or what made the import fail.
  func finish(importID: String, rowCount: UInt64) async throws(StoreError) -> ImportEnding

  /// Commits what is applied and lets go of the import; it stays open in the ledger if it is not
  /// finished.
  func release(importID: String) async -> ImportProgress

  /// Makes a role.
  ///
  /// - Throws: `alreadyExists`, `invalidArgument` for a bad slug.
  func createRole(_ slug: String) async throws(StoreError) -> Role

  /// Makes the labels that do not exist yet, all or none.
  ///
  /// - Returns: Those that were made.
  func createLabels(_ slugs: [String]) async throws(StoreError) -> [String]

  /// Makes a form.
  ///
  /// - Throws: `alreadyExists`, `invalidArgument` for bad slugs, no fields or repeated ones.
  func createForm(_ form: Form) async throws(StoreError)

  /// Changes what the catalogue has already.
  ///
  /// - Throws: `notFound`, `alreadyExists`, `invalidArgument`; `failedPrecondition` if members
  ///   stand in the way, saying how many, or while imports run that it could make wrong.
  func change(_ change: CatalogueChange) async throws(StoreError) -> CatalogueOutcome

  /// Counts the members of each role and label, page by page: those that come or go meanwhile may
  /// be counted or not.
  ///
  /// - Complexity: O(members).
  func memberCounts() async throws(StoreError) -> MemberCounts

  /// Opens a view of the members that a filter accepts, for an export.
  func makeExport(
    with extra: [ExportExtra], filter: MemberFilter
  ) throws(StoreError) -> any MemberExport

  /// Begins a copy of the whole store, which imports that run do not wait for.
  func makeBackup() -> any StoreBackup
}

/// A column that an export may add; an import ignores it.
public enum ExportExtra: Sendable, CaseIterable {
  case id, role, createdAt, updatedAt

  /// The column's name.
  public var columnName: String {
    switch self {
    case .id: "_id"
    case .role: "_role"
    case .createdAt: "_created_at"
    case .updatedAt: "_updated_at"
    }
  }
}

/// Reads all members page by page, holding no long read transaction.
///
/// Used by one task at a time.
public protocol MemberExport: Sendable {
  /// The columns, in order; the same for all pages.
  var columns: [String] { get }
  /// Calls `row` with the cells of the next members, in the order of their numbers.
  ///
  /// A page is bounded by the members that are looked at, and by time, whatever the filter accepts
  /// of them: it may have no rows, and not be the last.
  /// - Returns: false when there are no more.
  func readPage(_ row: (UnsafeBufferPointer<CellBytes>) -> Void) throws(StoreError) -> Bool
}

/// What an import is, before its first row.
public struct ImportDefinition: Sendable {
  /// A UUID in lower case.
  public var importID: String
  /// What its columns mean.
  public var plan: ColumnPlan
  /// What the caller asks of it; the same when it goes on.
  public var options: ImportOptions
  /// The catalogue that the plan was made with.
  public var catalogue: Catalogue
  /// The bounds that hold for it.
  public var limits: Limits
  /// How much will come, if the client knows.
  public var totals: DeclaredTotals?

  /// Defines an import; the plan must have been made with this catalogue.
  public init(
    importID: String, plan: ColumnPlan, options: ImportOptions, catalogue: Catalogue,
    limits: Limits, totals: DeclaredTotals? = nil
  ) {
    self.importID = importID
    self.plan = plan
    self.options = options
    self.catalogue = catalogue
    self.limits = limits
    self.totals = totals
  }
}

/// Where an import begins or goes on.
public struct ImportStart: Sendable {
  /// The ledger's entry; `progress.committed` is the row to go on from, from 0.
  public var record: ImportRecord
  /// Bytes of cells that it has taken before.
  public var cellByteCount: UInt64
  /// The seed that its rows must be hashed with.
  public var seed: HashSeed
  /// The digest of the rows that it has; nil if it is unknown or not needed.
  public var rowDigest: RowDigest?
  /// What was declared when it began first.
  public var declared: DeclaredTotals?

  /// Says where an import stands that the store has opened.
  public init(
    record: ImportRecord, cellByteCount: UInt64, seed: HashSeed, rowDigest: RowDigest? = nil,
    declared: DeclaredTotals? = nil
  ) {
    self.record = record
    self.cellByteCount = cellByteCount
    self.seed = seed
    self.rowDigest = rowDigest
    self.declared = declared
  }

  /// What the import is, to be compared with what is sent under its id.
  package var identity: ImportIdentity {
    ImportIdentity(
      importID: record.importID, isOver: record.state.isOver,
      rowCount: record.progress.counts.received, cellByteCount: cellByteCount, declared: declared)
  }
}

/// What became of an import's rows.
public enum ImportEvent: Sendable {
  /// A chunk's rows are decided; its faults, in the order of the rows.
  case applied(faults: [RowFault], progress: ImportProgress)
  /// All rows decided so far survive a power loss.
  case committed(ImportProgress)
  /// The import's option to stop after so many faults was met.
  case stopped(ImportProgress)
  /// Nothing of the import is applied beyond the progress; it takes no more rows.
  case failed(StoreError, ImportProgress)
}
