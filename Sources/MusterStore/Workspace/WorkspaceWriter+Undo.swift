internal import MusterCore

extension WorkspaceWriter {
  /// Undoes a part of an import, in a transaction of its own.
  ///
  /// - Throws: `notFound`, `aborted` if it is running, `failedPrecondition` if it cannot be undone.
  func undoStep(_ importID: String) throws(StoreError) -> UndoStep {
    guard !isRunning(importID) else {
      throw StoreError(
        .aborted, "The import \(importID) is running; undo it once it has ended.")
    }
    guard let entry = try entry(importID) else {
      throw StoreError(.notFound, "The workspace knows no import \(importID).")
    }
    switch entry.record.state {
    case .undone: return UndoStep(progress: entry.undo, kept: [], isDone: true)
    case .open:
      throw StoreError(
        .failedPrecondition,
        "The import \(importID) has not ended; finish or cancel it before undoing it.")
    case .finished, .stopped, .undoing: break
    }
    guard entry.hasImages else {
      throw StoreError(
        .failedPrecondition,
        "The import \(importID) can no longer be undone: what its members held before is gone.")
    }
    do throws(StoreError) {
      return try change { () throws(StoreError) -> UndoStep in
        try undoRun.step(entry.seq, entry.undo, now: Clock.unixSeconds())
      }
    } catch {
      undoRun.rollback()
      throw error
    }
  }
}
