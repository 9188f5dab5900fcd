internal import MusterCore
internal import Synchronization

/// Holds back the rows that a store is to apply, until it is opened.
public final class StoreGate: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [@Sendable () -> Void] = []
  }

  private let state = Mutex(State())

  /// A gate that is shut.
  public init() {}

  /// Lets everything through that waits, in its order, and all that comes after it.
  public func open() {
    state.withLock { state in
      state.isOpen = true
      for pass in state.waiting { pass() }
      state.waiting = []
    }
  }

  func pass(_ body: @escaping @Sendable () -> Void) {
    state.withLock { state in
      if state.isOpen { body() } else { state.waiting.append(body) }
    }
  }
}

/// A store whose imports wait at a gate.
struct GatedStore: MemberStore {
  let base: any MemberStore
  let gate: StoreGate

  var name: String { base.name }
  var location: String { base.location }
  var catalogue: Catalogue { base.catalogue }

  func begin(
    _ definition: ImportDefinition, observer: @escaping @Sendable (ImportEvent) -> Void
  ) async throws(StoreError) -> ImportStart {
    try await base.begin(definition, observer: observer)
  }

  func apply(_ chunk: CheckedChunk, importID: String) {
    gate.pass { [base] in base.apply(chunk, importID: importID) }
  }

  func finish(importID: String, rowCount: UInt64) async throws(StoreError) -> ImportEnding {
    try await base.finish(importID: importID, rowCount: rowCount)
  }

  func release(importID: String) async -> ImportProgress {
    await base.release(importID: importID)
  }

  func importRecord(_ importID: String) async throws(StoreError) -> ImportRecord {
    try await base.importRecord(importID)
  }

  func imports(_ query: ImportQuery) async throws(StoreError) -> ImportPage {
    try await base.imports(query)
  }

  func watch(_ importID: String) async throws(StoreError) -> AsyncStream<ImportRecord> {
    try await base.watch(importID)
  }

  func cancel(_ importID: String) async throws(StoreError) -> ImportRecord {
    try await base.cancel(importID)
  }

  func faults(
    of importID: String, from first: UInt64
  ) async throws(StoreError) -> LedgerPage<RowFault> {
    try await base.faults(of: importID, from: first)
  }

  func kept(
    of importID: String, from first: UInt64
  ) async throws(StoreError) -> LedgerPage<KeptField> {
    try await base.kept(of: importID, from: first)
  }

  func undoStep(importID: String) async throws(StoreError) -> UndoStep {
    try await base.undoStep(importID: importID)
  }

  func createRole(_ slug: String) async throws(StoreError) -> Role {
    try await base.createRole(slug)
  }

  func createLabels(_ slugs: [String]) async throws(StoreError) -> [String] {
    try await base.createLabels(slugs)
  }

  func createForm(_ form: Form) async throws(StoreError) { try await base.createForm(form) }

  func change(_ change: CatalogueChange) async throws(StoreError) -> CatalogueOutcome {
    try await base.change(change)
  }

  func memberCounts() async throws(StoreError) -> MemberCounts { try await base.memberCounts() }

  func makeExport(
    with extra: [ExportExtra], filter: MemberFilter
  ) throws(StoreError) -> any MemberExport {
    try base.makeExport(with: extra, filter: filter)
  }

  func makeBackup() -> any StoreBackup { base.makeBackup() }
}
