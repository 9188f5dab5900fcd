internal import MusterCore
internal import MusterFaults

/// The one writer of a workspace's file: its transaction, its imports, its identity index.
///
/// Used on the workspace's own thread only.
final class WorkspaceWriter {
  let connection: Connection
  let ledger: Ledger
  let applier: BatchApplier
  let undoRun: UndoRun
  let memberRows: MemberRows
  let erasure: ErasureTables
  let index: IdentityIndex
  let beginStatement: Statement
  let commitStatement: Statement
  let rollbackStatement: Statement
  var group = GroupCommit()
  var logTidying = LogTidying()
  var running: [String: RunningImport] = [:]
  let watchers = ImportWatchers()
  let longReads = LongReads()
  let retention: Retention
  var finishesSinceSweep = 0
  /// When the last sweep began, by ``Clocks/elapsed``.
  var sweptAt: Int64 = 0
  let clocks: Clocks
  /// What the retention of this file goes by.
  let retentionTime: RetentionTime
  /// Imports with rows, or an end, in the open transaction.
  var touched: [String: RunningImport] = [:]
  var afterCommit: [@Sendable (StoreError?) -> Void] = []
  /// Set when the file can no longer be trusted; nothing is written until it is opened anew.
  var damage: StoreError?
  var changeCounter: Int64 = 0
  /// The file that was opened; another one may stand at its path by now.
  let file: FileIdentity?
  let witness: LogWitness
  var watch = WriterWatch()
  /// What the store says of itself, with its log.
  var mark: StoreMark
  /// Whether all of the log is in the file, so that it may begin anew.
  var isLogInFile: Bool
  /// Whether the mark has been brought into the file for a log that has nothing else yet.
  var isMarkNew = false
  var cacheLender = CacheLender.process
  var cacheLoan: CacheLoan?
  /// Bytes of the connection and its statements, all of which are prepared at the opening.
  private(set) lazy var connectionBytes = connection.byteCount
  /// Bytes that the page cache may fill without a loan.
  var cacheShareBytes = WorkspaceWriter.cacheBytes

  /// Bytes of the page cache while no others have work.
  static let cacheBytes = WorkspaceBudget.cachePerWorkspaceBytesMax

  /// Opens the file, makes its tables if it is new, and loads the identity index.
  init(
    path: String, seed: HashSeed = HashSeed(), limits: Limits = Limits(),
    clocks: Clocks = .system
  ) throws(StoreError) {
    self.clocks = clocks
    retention = Retention(limits: limits)
    let opened = try Self.openFile(path)
    connection = opened.connection
    witness = opened.witness
    mark = opened.mark
    isLogInFile = opened.isLogInFile
    file = FileIdentity(path: path)
    index = IdentityIndex(seed: seed)
    try Self.load(index, from: connection)
    ledger = try Ledger(connection)
    retentionTime = try RetentionTime(connection, clocks)
    applier = try BatchApplier(connection: connection, index: index)
    undoRun = try UndoRun(connection: connection, index: index, deferred: applier.deferred)
    memberRows = try MemberRows(connection)
    erasure = try ErasureTables(connection)
    beginStatement = try connection.prepare("BEGIN IMMEDIATE")
    commitStatement = try connection.prepare("COMMIT")
    rollbackStatement = try connection.prepare("ROLLBACK")
    changeCounter = try connection.integer("PRAGMA data_version")
  }

  var seed: HashSeed { index.seed }
  /// Seconds since 1970, for what people read.
  func clock() -> Int64 { clocks.wall() }
  var catalogueTables: CatalogueTables { CatalogueTables(connection: connection) }
  func entry(_ importID: String) throws(StoreError) -> Ledger.Entry? { try ledger.entry(importID) }
  func isRunning(_ importID: String) -> Bool { running[importID] != nil }
  func progress(_ importID: String) -> ImportProgress? { running[importID]?.progress }

  // MARK: Imports

  /// Registers an import, unless it is running already.
  ///
  /// - Throws: `aborted` if it is, or what ``open(_:observer:)`` throws.
  func begin(
    _ definition: ImportDefinition, observer: @escaping @Sendable (ImportEvent) -> Void
  ) throws(StoreError) -> ImportStart {
    guard !isRunning(definition.importID) else {
      throw StoreError(
        reason: .importRunning,
        "The import \(definition.importID) is running on another stream; try again in a second.",
        [.importID: definition.importID])
    }
    return try open(definition, observer: observer)
  }

  /// Registers an import, new in the ledger or found there.
  func open(
    _ definition: ImportDefinition, observer: @escaping @Sendable (ImportEvent) -> Void
  ) throws(StoreError) -> ImportStart {
    let roleID = try role(definition.options.role)
    if let damage { throw damage }
    if let entry = try ledger.entry(definition.importID) {
      return try reopen(entry, definition, roleID: roleID, observer: observer)
    }
    let now = clock()
    try openTransaction()
    let seq: Int64
    do throws(StoreError) {
      seq = try ledger.add(definition, now: now, retentionNow: retentionTime.now())
    } catch {
      throw fail(error)
    }
    let record = ImportRecord(
      importID: definition.importID, state: .open, progress: ImportProgress(),
      columns: definition.plan.names, startedAt: now, finishedAt: 0)
    let start = ImportStart(
      record: record, cellByteCount: 0, seed: seed, rowDigest: RowDigest(),
      declared: definition.totals)
    let added = RunningImport(
      definition: definition, seq: seq, roleID: roleID, start: start, ledgerFaultCount: 0,
      observer: observer)
    running[definition.importID] = added
    // Should its group be taken back, its record in the ledger goes too.
    touched[definition.importID] = added
    group.add(rows: 0, bytes: 0, at: Clock.nanoseconds())
    return start
  }

  /// Goes on with an import that the ledger knows, or answers how it ended; writes nothing.
  private func reopen(
    _ entry: Ledger.Entry, _ definition: ImportDefinition, roleID: Int64,
    observer: @escaping @Sendable (ImportEvent) -> Void
  ) throws(StoreError) -> ImportStart {
    guard entry.definition == definition.text else {
      throw StoreError(
        reason: .importDiffers,
        "The import \(definition.importID) began with other columns or options; give it a new id.",
        [.importID: definition.importID])
    }
    if let error = StoreError.isOver(
      entry.record, isAllOrNothing: definition.options.isAllOrNothing)
    {
      throw error
    }
    let start = ImportStart(
      record: entry.record, cellByteCount: entry.cellByteCount, seed: seed,
      rowDigest: entry.rowDigest, declared: entry.declared)
    do throws(ImportSession.Refusal) {
      if !Mutant.answersOldSummary.isOn { try start.identity.check(definition.totals) }
    } catch {
      throw StoreError(error)
    }
    if entry.record.state == .open {
      running[definition.importID] = RunningImport(
        definition: definition, seq: entry.seq, roleID: roleID, start: start,
        ledgerFaultCount: entry.ledgerFaultCount, nextImagePlace: entry.nextImagePlace,
        observer: observer)
      notify(definition.importID)
    }
    return start
  }

  /// The role that a caller names, by slug or id.
  func role(_ wanted: String) throws(StoreError) -> Int64 {
    let query = try connection.prepare("SELECT id, slug FROM role ORDER BY id")
    var slugs: [String] = []
    while try query.step() {
      let id = query.integer(0)
      if query.text(1) == wanted || String(id) == wanted {
        query.reset()
        return id
      }
      slugs.append(query.text(1))
    }
    let nearest = Nearest.match(wanted, among: slugs).map { "; did you mean \($0)?" } ?? "."
    throw StoreError(
      reason: .unknownRole, field: "options.role",
      "The role \"\(CatalogueRule.excerpt(wanted))\" does not exist\(nearest)"
        + " The workspace has: \(slugs.prefix(20).joined(separator: ", ")).")
  }

  /// Applies a chunk, telling the import's observer; a chunk of an import that has ended is
  /// dropped.
  func apply(_ chunk: CheckedChunk, importID: String) {
    guard let running = running[importID], running.end == nil else { return }
    // The offset is compared again here, where it counts.
    guard chunk.firstRow == running.nextRow || Mutant.ignoresOffset.isOn else {
      return refuse(chunk, of: running)
    }
    do throws(StoreError) {
      try openTransaction()
      touched[importID] = running
      let faults = try applyBatches(chunk, to: running)
      try keep(faults, chunk, of: running)
      running.observer(.applied(faults: faults, progress: running.progress))
      if Mutant.acknowledgesBeforeCommit.isOn {
        running.commit()
        running.observer(.committed(running.progress))
      }
    } catch {
      touched[importID] = running
      _ = fail(error)
    }
  }

  /// Ends an import that sent a wrong row number; what stands of it, and of all others, is kept.
  private func refuse(_ chunk: CheckedChunk, of running: RunningImport) {
    commit()
    guard running.end == nil else { return }
    let error = StoreError(
      reason: .unexpectedRow,
      "The chunk begins at row \(chunk.firstRow), and row \(running.nextRow) is expected.",
      [.nextRow: "\(running.nextRow)"])
    running.end = .failed(error)
    running.observer(.failed(error, running.progress))
  }

  /// Applies a chunk batch by batch, in the open transaction.
  ///
  /// - Returns: Its faults.
  func applyBatches(
    _ chunk: CheckedChunk, to running: RunningImport
  ) throws(StoreError) -> [RowFault] {
    var faults: [RowFault] = []
    var first = 0
    let now = clock()
    while first < chunk.rowCount && running.end == nil {
      let rows = first..<min(first + BatchApplier.batchRowsMax, chunk.rowCount)
      let applied = try applier.apply(chunk, rows: rows, to: running, now: now)
      faults += applied.faults
      first += applied.rowCount
      enlargeCache()
      if running.undo.isFull { try ledger.keepImages(of: running) }
    }
    running.cellByteCount += chunk.cellByteCount
    running.rowDigest = chunk.rowDigest
    group.add(
      rows: first, bytes: chunk.cellByteCount, logPages: connection.takeSpilledPages(),
      at: Clock.nanoseconds())
    group.wait(
      deferredPages: Int32(clamping: applier.deferred.spread.pageCount),
      pagesMax: logTidying.deferredPagesMax(pages: connection.walPages))
    return faults
  }

  /// Ends an import in the open transaction; `done` is called once that is durable, or has failed.
  func finish(
    _ importID: String, rowCount: UInt64, done: @escaping @Sendable (StoreError?) -> Void
  ) throws(StoreError) {
    Failpoint.beforeFinish.reach()
    guard let running = running[importID] else {
      throw StoreError(.failedPrecondition, "The import \(importID) is not running.")
    }
    if case .failed(let error) = running.end { throw error }
    if running.isStopped {
      // What was decided before the stop is told with the stop, so it must be durable first.
      commit()
      throw StoreError.stopped(running.progress)
    }
    guard running.nextRow == rowCount else {
      throw StoreError(
        reason: .unexpectedRow,
        "The client sent \(rowCount) rows as it says, and \(running.nextRow) have arrived; send"
          + " the rest and finish again.", [.nextRow: "\(running.nextRow)"])
    }
    try openTransaction()
    touched[importID] = running
    running.end = .finished
    group.add(rows: 0, bytes: 0, at: Clock.nanoseconds())
    afterCommit.append(done)
  }

  /// Lets go of an import; it stays open in the ledger unless it has finished.
  func release(_ importID: String) -> ImportProgress {
    guard let released = running.removeValue(forKey: importID) else { return ImportProgress() }
    notify(importID)
    return released.progress
  }
}
