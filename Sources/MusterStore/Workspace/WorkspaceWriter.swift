internal import CSQLite
internal import MusterCore
internal import MusterFaults

/// The one writer of a workspace's file: its transaction, its imports, its identity index.
///
/// Used on the workspace's own thread only.
final class WorkspaceWriter {
  let connection: Connection
  let ledger: Ledger
  private let applier: BatchApplier
  let undoRun: UndoRun
  let index: IdentityIndex
  private let begin: Statement
  private let commitStatement: Statement
  private let rollbackStatement: Statement
  private var group = GroupCommit()
  private(set) var running: [String: RunningImport] = [:]
  let watchers = ImportWatchers()
  let retention: Retention
  var finishesSinceSweep = 0
  /// When the last sweep began, in seconds since 1970.
  var sweptAt: Int64 = 0
  /// Seconds since 1970.
  let clock: @Sendable () -> Int64
  /// Imports with rows, or an end, in the open transaction.
  private var touched: [String: RunningImport] = [:]
  private var afterCommit: [@Sendable (StoreError?) -> Void] = []
  /// Set when the file can no longer be trusted; nothing is written until it is opened anew.
  private(set) var damage: StoreError?
  private var changeCounter: Int64 = 0
  /// The file that was opened; another one may stand at its path by now.
  private let file: FileIdentity?

  /// Bytes of the page cache: the inner pages and the leaves of one group of changes.
  static let cacheBytes = 64 * 1024 * 1024

  /// Opens the file, makes its tables if it is new, and loads the identity index.
  init(
    path: String, seed: HashSeed = HashSeed(), limits: Limits = Limits(),
    clock: @escaping @Sendable () -> Int64 = Clock.unixSeconds
  ) throws(StoreError) {
    self.clock = clock
    retention = Retention(limits: limits)
    try Schema.checkOwner(path)
    connection = try Connection(path: path, mode: .writer, cacheBytes: Self.cacheBytes)
    try Schema.prepare(connection)
    file = FileIdentity(path: path)
    index = IdentityIndex(seed: seed)
    try Self.load(index, from: connection)
    ledger = try Ledger(connection)
    applier = try BatchApplier(connection: connection, index: index)
    undoRun = try UndoRun(connection: connection, index: index)
    begin = try connection.prepare("BEGIN IMMEDIATE")
    commitStatement = try connection.prepare("COMMIT")
    rollbackStatement = try connection.prepare("ROLLBACK")
    changeCounter = try connection.integer("PRAGMA data_version")
  }

  var seed: HashSeed { index.seed }
  var catalogueTables: CatalogueTables { CatalogueTables(connection: connection) }
  func entry(_ importID: String) throws(StoreError) -> Ledger.Entry? { try ledger.entry(importID) }
  func isRunning(_ importID: String) -> Bool { running[importID] != nil }
  func progress(_ importID: String) -> ImportProgress? { running[importID]?.progress }

  // MARK: Imports

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
      seq = try ledger.add(definition, now: now)
    } catch {
      throw fail(error)
    }
    let record = ImportRecord(
      importID: definition.importID, state: .open, progress: ImportProgress(),
      columns: definition.plan.names, startedAt: now, finishedAt: 0)
    let start = ImportStart(record: record, cellByteCount: 0, seed: seed)
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
        .failedPrecondition,
        "The import \(definition.importID) began with other columns or options; give it a new id."
      )
    }
    if let error = StoreError.isOver(entry.record) { throw error }
    let start = ImportStart(
      record: entry.record, cellByteCount: entry.cellByteCount, seed: seed)
    if entry.record.state == .open {
      running[definition.importID] = RunningImport(
        definition: definition, seq: entry.seq, roleID: roleID, start: start,
        ledgerFaultCount: entry.ledgerFaultCount, nextImagePlace: entry.nextImagePlace,
        observer: observer)
      notify(definition.importID)
    }
    return start
  }

  private func role(_ wanted: String) throws(StoreError) -> Int64 {
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
      .invalidArgument,
      "The role \"\(CatalogueRule.excerpt(wanted))\" does not exist\(nearest)"
        + " The workspace has: \(slugs.prefix(20).joined(separator: ", ")).")
  }

  /// Applies a chunk, telling the import's observer; a chunk of an import that has ended is
  /// dropped.
  func apply(_ chunk: CheckedChunk, importID: String) {
    guard let running = running[importID], running.end == nil else { return }
    // The offset is compared again here, where it counts.
    guard chunk.firstRow == running.nextRow else { return refuse(chunk, of: running) }
    do throws(StoreError) {
      try openTransaction()
      touched[importID] = running
      try applyBatches(chunk, to: running)
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
      .outOfRange,
      "The chunk begins at row \(chunk.firstRow), and row \(running.nextRow) is expected.")
    running.end = .failed(error)
    running.observer(.failed(error, running.progress))
  }

  private func applyBatches(
    _ chunk: CheckedChunk, to running: RunningImport
  ) throws(StoreError) {
    var faults: [RowFault] = []
    var first = 0
    let now = clock()
    while first < chunk.rowCount && running.end == nil {
      let rows = first..<min(first + BatchApplier.batchRowsMax, chunk.rowCount)
      let applied = try applier.apply(chunk, rows: rows, to: running, now: now)
      faults += applied.faults
      first += applied.rowCount
      if running.undo.isFull { try ledger.keepImages(of: running) }
    }
    running.cellByteCount += chunk.cellByteCount
    try ledger.keep(faults, of: running)
    group.add(rows: first, bytes: chunk.cellByteCount, at: Clock.nanoseconds())
    running.observer(.applied(faults: faults, progress: running.progress))
    if Mutant.acknowledgesBeforeCommit.isOn {
      running.commit()
      running.observer(.committed(running.progress))
    }
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
        .outOfRange,
        "The client sent \(rowCount) rows as it says, and \(running.nextRow) have arrived; send"
          + " the rest and finish again.")
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

  // MARK: Transactions

  /// Runs a change of something else than rows in a transaction of its own.
  func change<Result>(
    _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    commit()
    try openTransaction()
    group.add(rows: 0, bytes: 0, at: Clock.nanoseconds())
    let result: Result
    do throws(StoreError) {
      result = try body()
    } catch {
      rollback()
      throw error
    }
    if let error = commit() { throw error }
    return result
  }

  var mustCommit: Bool {
    group.isDue(at: Clock.nanoseconds()) || index.journalCount > Self.journalMax
  }

  /// Changes of the index that one transaction may hold: 32 MB of journal.
  private static let journalMax = 1_000_000

  private func openTransaction() throws(StoreError) {
    if let damage { throw damage }
    guard unsafe sqlite3_get_autocommit(connection.handle) != 0 else { return }
    try checkFile()
    try begin.run()
    index.begin()
  }

  /// Makes sure that nobody else has written to the file or taken it away.
  private func checkFile() throws(StoreError) {
    let counter = try connection.integer("PRAGMA data_version")
    if counter != changeCounter {
      damage = StoreError(
        .dataLoss,
        "Another program wrote to \(connection.path); restart the daemon to read it anew.")
    }
    if FileIdentity(path: connection.path) != file {
      damage = StoreError(
        .dataLoss,
        "The database \(connection.path) was moved or deleted; nothing more is written to it.")
    }
    if let damage { throw damage }
  }

  /// Commits what is open, and tells everybody who waits for it.
  ///
  /// - Returns: What went wrong; nothing of the group is applied then.
  @discardableResult
  func commit() -> StoreError? {
    guard group.isOpen else { return nil }
    do throws(StoreError) {
      let now = clock()
      for running in touched.values {
        let state = running.ledgerState
        try ledger.advance(running, state: state, now: now)
      }
      Failpoint.beforeCommit.reach()
      try commitStatement.run()
      Failpoint.afterCommit.reach()
    } catch {
      return fail(error)
    }
    index.begin()
    index.trimMemory()
    group.reset()
    let committed = touched.values.map { $0 }
    touched = [:]
    let waiting = afterCommit
    afterCommit = []
    for running in committed {
      running.commit()
      running.observer(
        running.isStopped ? .stopped(running.progress) : .committed(running.progress))
      notify(running.definition.importID)
    }
    for done in waiting { done(nil) }
    return nil
  }

  /// Takes the open transaction back and ends every import in it.
  private func fail(_ error: StoreError) -> StoreError {
    rollback()
    let waiting = afterCommit
    afterCommit = []
    for running in touched.values {
      running.rollback()
      running.end = .failed(error)
      running.observer(.failed(error, running.progress))
      notify(running.definition.importID)
    }
    touched = [:]
    for done in waiting { done(error) }
    // After a failed sync nobody knows what the disk has: a second try may lie (RELIABILITY, P6).
    if error.code == .dataLoss || (error.code == .unavailable && damage == nil) {
      if !Mutant.forgetsFailedSync.isOn { damage = error }
    }
    return error
  }

  private func rollback() {
    if unsafe sqlite3_get_autocommit(connection.handle) == 0 {
      do throws(StoreError) {
        try rollbackStatement.run()
      } catch {
        damage = error
      }
    }
    if Mutant.keepsFailedChanges.isOn { index.begin() } else { index.rollback() }
    group.reset()
  }
}
