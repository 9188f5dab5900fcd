internal import MusterCore
internal import Synchronization

/// Previews and all-or-nothing imports: their rows wait in a spool until all have come.
extension WorkspaceStore {
  func beginSpooled(
    _ definition: ImportDefinition, observer: @escaping @Sendable (ImportEvent) -> Void
  ) async throws(StoreError) -> ImportStart {
    let isPreview = definition.options.mode == .preview
    let start = try await run { writer throws(StoreError) in
      try self.checkPlan(of: definition)
      return isPreview
        ? try writer.openPreview(definition) : try writer.begin(definition, observer: observer)
    }
    guard start.record.state == .open else { return start }
    do throws(StoreError) {
      let spooled = try SpooledImport(
        definition, start, directory: spoolDirectory, observer: observer)
      spools.withLock { $0[definition.importID] = spooled }
    } catch {
      _ = await release(importID: definition.importID)
      throw error
    }
    return start
  }

  /// The import if its rows wait in a spool.
  func spooled(_ importID: String) -> SpooledImport? { spools.withLock { $0[importID] } }

  /// Applies all rows of a spool in one turn of the writer.
  func finish(
    _ spooled: SpooledImport, rowCount: UInt64
  ) async throws(StoreError) -> ImportEnding {
    try await spooled.seal(rowCount: rowCount)
    return try await Wanted.whileWaiting { wanted throws(StoreError) in
      try await run { writer throws(StoreError) in
        try self.apply(spooled, on: writer, while: wanted)
      }
    }
  }

  /// Applies all rows of a spool, on the writer's thread.
  private func apply(
    _ spooled: SpooledImport, on writer: WorkspaceWriter, while wanted: Wanted
  ) throws(StoreError) -> ImportEnding {
    try wanted.check()
    let definition = spooled.definition
    let findings = try FindingsSpool(
      directory: spoolDirectory, bytesMax: definition.limits.spooledBytesMax)
    let record: ImportRecord
    if definition.options.mode == .preview {
      // Nothing keeps the catalogue as it was while the rows of a preview come.
      try self.checkPlan(of: definition)
      record = try writer.preview(
        definition, spooled.start, rows: spooled.rows, into: findings, while: wanted)
    } else {
      try writer.applyAllOrNothing(
        definition.importID, rows: spooled.rows, into: findings, while: wanted)
      record = try writer.record(definition.importID)
    }
    let isRefused =
      definition.options.isAllOrNothing && record.progress.counts.faults > 0
    return ImportEnding(
      record: record, findings: try findings.finish(hidesChanges: isRefused))
  }
}
