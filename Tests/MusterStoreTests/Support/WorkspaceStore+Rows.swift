import MusterCore
import Testing

@testable import MusterStore

extension WorkspaceStore {
  /// Imports rows, and expects none to be rejected.
  func importRows(
    _ id: String, _ columns: [String], _ rows: [[String]], clearToken: String? = nil
  ) async throws {
    var options = ImportOptions()
    options.clearToken = clearToken.map { Array($0.utf8) }
    let definition = try definition(id, columns: columns, options: options, catalogue: catalogue)
    let start = try await begin(definition) { _ in }
    apply(definition.chunk(seed: start.seed, rows), importID: id)
    let record = try await end(importID: id, rowCount: UInt64(rows.count))
    #expect(record.progress.counts.rejected == 0)
    _ = await release(importID: id)
  }

  /// Undoes an import to its end.
  func undo(_ id: String) async throws -> (progress: UndoProgress, kept: [KeptField]) {
    var kept: [KeptField] = []
    while true {
      let step = try await undoStep(importID: id)
      kept += step.kept
      if step.isDone { return (step.progress, kept) }
    }
  }
}
