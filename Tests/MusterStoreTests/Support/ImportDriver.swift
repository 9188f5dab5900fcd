import MusterCore

@testable import MusterStore

/// What a test drives imports through: a whole store, or its writer alone.
protocol ImportDriver {
  func begin(
    _ definition: ImportDefinition, observer: @escaping @Sendable (ImportEvent) -> Void
  ) async throws -> ImportStart
  func apply(_ chunk: CheckedChunk, importID: String) async throws
  func end(importID: String, rowCount: UInt64) async throws -> ImportRecord
  func release(importID: String) async -> ImportProgress
}

extension WorkspaceStore: ImportDriver {
  func end(importID: String, rowCount: UInt64) async throws -> ImportRecord {
    try await finish(importID: importID, rowCount: rowCount).record
  }
}

/// A writer without its thread and queue; it commits when the test says so, and at a finish.
final class WriterDriver: ImportDriver {
  let writer: WorkspaceWriter
  /// Chunks between two commits.
  var chunksPerCommit: Int
  private var chunkCount = 0

  init(_ writer: WorkspaceWriter, chunksPerCommit: Int = 3) {
    self.writer = writer
    self.chunksPerCommit = chunksPerCommit
  }

  func begin(
    _ definition: ImportDefinition, observer: @escaping @Sendable (ImportEvent) -> Void
  ) async throws -> ImportStart {
    try writer.open(definition, observer: observer)
  }

  func apply(_ chunk: CheckedChunk, importID: String) {
    writer.apply(chunk, importID: importID)
    chunkCount += 1
    if chunkCount.isMultiple(of: chunksPerCommit) { writer.commit() }
  }

  func end(importID: String, rowCount: UInt64) async throws -> ImportRecord {
    try writer.finish(importID, rowCount: rowCount) { _ in }
    if let error = writer.commit() { throw error }
    guard let entry = try writer.entry(importID) else {
      throw StoreError(.notFound, "The ledger lost the import.")
    }
    return entry.record
  }

  func release(importID: String) async -> ImportProgress {
    writer.commit()
    return writer.release(importID)
  }
}
