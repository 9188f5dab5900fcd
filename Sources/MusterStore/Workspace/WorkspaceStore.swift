internal import Glibc
public import MusterCore
internal import MusterFaults
internal import Synchronization

/// A workspace in one SQLite file: the engine behind `MemberStore`.
public final class WorkspaceStore: MemberStore {
  public let name: String
  public let location: String
  let jobs: JobQueue<Job>
  /// nil while the workspace is closed: its file, index and connections are given back, and the
  /// next job that needs them opens it again.
  private let state: Mutex<WorkspaceWriter?>
  let catalogueState: Mutex<Catalogue>
  /// Imports whose rows wait in a spool, by id.
  let spools = Mutex<[String: SpooledImport]>([:])
  /// Where spools are made.
  let spoolDirectory: String
  private let backupPath: String
  private let backupCount = Atomic(0)
  let opening: WorkspaceOpening
  let uses: WorkspaceUses
  let readers: ReaderPool
  let erasures = Erasures()
  let watch = WriterWatch()
  /// Those that share a budget with it; nil for one that stays open.
  let neighbours: OpenWorkspaces?
  /// What tells it from all others of the budget.
  let number: Int

  enum Job: Sendable {
    case apply(CheckedChunk, importID: String)
    /// Needs the workspace to be open, and has it opened; if that fails, it is told why.
    case run(@Sendable (WorkspaceWriter) -> Void, otherwise: @Sendable (StoreError) -> Void)
    /// Needs nothing of a workspace that is closed; is no use of it.
    case tidy(@Sendable (WorkspaceWriter?) -> Void)
    /// Puts another writer in the place of this one, unless it is nil; then the old one is gone.
    case replaceWriter(
      @Sendable (WorkspaceWriter) -> WorkspaceWriter?, otherwise: @Sendable (StoreError) -> Void,
      then: @Sendable () -> Void)
    /// Closes the workspace, unless it is in use.
    case close(ClosingReason)
  }

  /// Opens a workspace's file, making it if there is none, and loads its identity index.
  ///
  /// - Parameters:
  ///   - name: The workspace's name.
  ///   - path: Its file.
  ///   - limits: The bounds that hold for it.
  ///   - spoolDirectory: Where previews and all-or-nothing imports keep their rows until all have
  ///     come; nil is beside the file.
  ///   - backups: The directory for copies in the making; nil is beside the file.
  /// - Complexity: O(members), about 0.6 seconds a million.
  public convenience init(
    name: String, path: String, limits: Limits = Limits(), spoolDirectory: String? = nil,
    backups: String? = nil
  ) throws(StoreError) {
    try self.init(
      name: name, path: path, limits: limits, spoolDirectory: spoolDirectory, backups: backups,
      clocks: .system)
  }

  init(
    name: String, path: String, limits: Limits, spoolDirectory: String? = nil,
    backups: String? = nil, neighbours: OpenWorkspaces? = nil,
    clocks: Clocks = .system
  ) throws(StoreError) {
    self.name = name
    location = path
    self.spoolDirectory =
      spoolDirectory ?? path.lastIndex(of: "/").map { String(path[...$0]) + "." } ?? "."
    backupPath = backups.map { "\($0)/\(name)" } ?? path + "-backup"
    self.neighbours = neighbours
    number = neighbours?.makeNumber() ?? 0
    opening = WorkspaceOpening(path: path, limits: limits, clocks: clocks)
    uses = WorkspaceUses(clock: neighbours?.clock ?? Clock.nanoseconds)
    readers = ReaderPool(path: path)
    jobs = JobQueue(name: "muster.writer.\(name)")
    try neighbours?.beginOpening(number, of: nil)
    do throws(StoreError) {
      let (writer, opened) = try opening.open(mayMakeFile: true)
      catalogueState = Mutex(opened.catalogue)
      writer.watch = watch
      state = Mutex(writer)
      noteOpened(opened)
    } catch {
      neighbours?.leave(number)
      throw error
    }
  }

  public var catalogue: Catalogue { catalogueState.withLock { $0 } }

  // MARK: Imports

  public func begin(
    _ definition: ImportDefinition, observer: @escaping @Sendable (ImportEvent) -> Void
  ) async throws(StoreError) -> ImportStart {
    if definition.options.isSpooled {
      return try await beginSpooled(definition, observer: observer)
    }
    return try await run { writer throws(StoreError) in
      try self.checkPlan(of: definition)
      return try writer.begin(definition, observer: observer)
    }
  }

  public func apply(_ chunk: CheckedChunk, importID: String) {
    if let spooled = spooled(importID) { return spooled.take(chunk) }
    add(.apply(chunk, importID: importID))
  }

  public func finish(
    importID: String, rowCount: UInt64
  ) async throws(StoreError) -> ImportEnding {
    if let spooled = spooled(importID) {
      let outcome = try await finish(spooled, rowCount: rowCount)
      if spooled.definition.options.mode == .apply { sweepIfDue() }
      return outcome
    }
    try await answer { writer, done throws(StoreError) in
      try writer.finish(importID, rowCount: rowCount) { error in
        done(error.map { .failure($0) } ?? .success(()))
      }
    }
    sweepIfDue()
    return ImportEnding(record: try await importRecord(importID))
  }

  public func release(importID: String) async -> ImportProgress {
    let spooled = spools.withLock { $0.removeValue(forKey: importID) }
    if spooled?.definition.options.mode == .preview { return ImportProgress() }
    return await withCheckedContinuation { continuation in
      add(
        .tidy { writer in
          // Closed, it has no import that could be let go of.
          guard let writer else { return continuation.resume(returning: ImportProgress()) }
          writer.commit()
          if Mutant.takesEndForFinish.isOn, let progress = writer.progress(importID) {
            try? writer.finish(importID, rowCount: progress.counts.received) { _ in }
            writer.commit()
          }
          continuation.resume(returning: writer.release(importID))
        })
    }
  }

  // MARK: The catalogue

  public func createRole(_ slug: String) async throws(StoreError) -> Role {
    try CatalogueRule.check(slug: slug, of: "role", field: "slug")
    return try await change { tables, catalogue throws(StoreError) in
      guard !catalogue.roles.contains(where: { $0.slug == slug }) else {
        throw StoreError(.alreadyExists, "The role \(slug) exists already.")
      }
      return try tables.addRole(slug, now: Clock.unixSeconds())
    }
  }

  public func createLabels(_ slugs: [String]) async throws(StoreError) -> [String] {
    for (place, slug) in slugs.enumerated() {
      try CatalogueRule.check(slug: slug, of: "label", field: "slugs[\(place)]")
    }
    return try await change { tables, catalogue throws(StoreError) in
      var known = Set(catalogue.labels)
      let made = slugs.filter { known.insert($0).inserted }
      guard known.count <= CatalogueRule.labelsMax else {
        throw StoreError(
          reason: .limitExceeded, "A workspace has at most \(CatalogueRule.labelsMax) labels.",
          Limits.facts("labels", CatalogueRule.labelsMax))
      }
      try tables.addLabels(made, now: Clock.unixSeconds())
      return made
    }
  }

  public func createForm(_ form: Form) async throws(StoreError) {
    try CatalogueRule.check(form)
    try await change { tables, catalogue throws(StoreError) in
      guard !catalogue.forms.contains(where: { $0.slug == form.slug }) else {
        throw StoreError(.alreadyExists, "The form \(form.slug) exists already.")
      }
      try tables.addForm(form, now: Clock.unixSeconds())
    }
  }

  private func change<Value: Sendable>(
    _ body: @escaping @Sendable (CatalogueTables, Catalogue) throws(StoreError) -> Value
  ) async throws(StoreError) -> Value {
    try await run { writer throws(StoreError) in
      let tables = writer.catalogueTables
      let before = self.catalogue
      let value = try writer.change { () throws(StoreError) -> Value in
        try body(tables, before)
      }
      let after = try tables.load(version: before.version + 1)
      self.catalogueState.withLock { $0 = after }
      return value
    }
  }

  // MARK: Export

  public func makeExport(
    with extra: [ExportExtra], filter: MemberFilter
  ) throws(StoreError) -> any MemberExport {
    try MemberReader(
      path: location, extra: extra, filter: filter, catalogue: catalogue, hold: uses.hold())
  }

  public func makeBackup() -> any StoreBackup {
    let number = backupCount.add(1, ordering: .relaxed).newValue
    return BackupCopy(of: self, path: "\(backupPath)-\(number).db")
  }

  /// Commits what is applied and empties the log into the file; the last call before the end.
  public func shutDown() async {
    await withCheckedContinuation { continuation in
      add(
        .tidy { writer in
          writer?.shutDown()
          continuation.resume()
        })
    }
  }

  // MARK: The writer's thread

  func run<Value: Sendable>(
    _ body: @escaping @Sendable (WorkspaceWriter) throws(StoreError) -> Value
  ) async throws(StoreError) -> Value {
    try await answer { writer, done throws(StoreError) in done(.success(try body(writer))) }
  }

  /// Has something done that may be answered later, once it is durable say.
  ///
  /// - Parameter body: Gets what it must call with the answer, once, unless it throws.
  func answer<Value: Sendable>(
    _ body:
      @escaping @Sendable (
        WorkspaceWriter, _ done: @escaping @Sendable (Result<Value, StoreError>) -> Void
      ) throws(StoreError) -> Void
  ) async throws(StoreError) -> Value {
    let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
      add(
        .run { writer in
          do throws(StoreError) {
            try body(writer) { continuation.resume(returning: $0) }
          } catch {
            continuation.resume(returning: .failure(error))
          }
        } otherwise: {
          continuation.resume(returning: .failure($0))
        })
    }
    return try result.get()
  }

  func add(_ job: Job) {
    jobs.add(job) { self.work() }
  }

  /// Works off what waits; commits when nothing does, then tidies the log.
  private func work() {
    state.withLock { writer in
      var isUse = false
      repeat {
        while let job = jobs.take() {
          if job.isUse {
            uses.note()
            isUse = true
          }
          watch.beginJob()
          perform(job, &writer)
          watch.endJob()
          guard let writer else { continue }
          if writer.mustCommit {
            writer.commit()
            report(writer, isUse: isUse)
          }
          writer.checkpoint(isIdle: false)
        }
        guard let writer else { continue }
        writer.commit()
        writer.checkpoint(isIdle: true)
        writer.shrinkCache()
        report(writer, isUse: isUse)
        isUse = false
      } while !jobs.endRound()
    }
  }

  private func perform(_ job: Job, _ writer: inout WorkspaceWriter?) {
    switch job {
    // No import runs in a workspace that is closed.
    case .apply(let chunk, let importID): writer?.apply(chunk, importID: importID)
    case .tidy(let body): body(writer)
    case .close(let reason): close(&writer, reason)
    case .run(let body, let otherwise):
      do throws(StoreError) {
        body(try open(&writer))
      } catch {
        otherwise(error)
      }
    case .replaceWriter(let body, let otherwise, let done):
      do throws(StoreError) {
        if let successor = body(try open(&writer)) { replace(&writer, by: successor) }
      } catch {
        otherwise(error)
      }
      done()
    }
  }
}

extension WorkspaceStore.Job {
  /// Whether somebody wants something of the workspace.
  var isUse: Bool {
    switch self {
    case .apply, .run, .replaceWriter: true
    case .tidy, .close: false
    }
  }
}
