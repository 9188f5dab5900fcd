internal import MusterCore

extension WorkspaceWriter {
  /// Undoes a part of an import, in a transaction of its own.
  ///
  /// - Throws: `notFound`, `aborted` if it is running, `failedPrecondition` if it cannot be undone.
  func undoStep(_ importID: String) throws(StoreError) -> UndoStep {
    guard !isRunning(importID) else {
      throw StoreError(
        reason: .importRunning, "The import \(importID) is running; undo it once it has ended.",
        [.importID: importID])
    }
    let (seq, record) = try stored(importID)
    switch record.state {
    case .undone: return UndoStep(progress: record.undo, kept: [], isDone: true)
    case .open, .running:
      throw StoreError(
        reason: .importNotOver,
        "The import \(importID) has not ended; finish or cancel it before undoing it.",
        [.importID: importID])
    case .refused:
      throw StoreError(
        reason: .importIsOver,
        "The import \(importID) was refused, and nothing of it applied; there is nothing to undo.",
        [.importID: importID, .state: "REFUSED"])
    case .finished, .stopped, .cancelled, .expired, .undoing: break
    }
    guard record.hasImages else {
      throw StoreError(
        reason: .undoNotKept,
        "The import \(importID) can no longer be undone: what its members held before is gone.",
        [.importID: importID])
    }
    do throws(StoreError) {
      let step = try change { () throws(StoreError) -> UndoStep in
        try undoRun.step(seq, record.undo, now: clock(), retentionNow: retentionTime.now())
      }
      notify(importID)
      return step
    } catch {
      undoRun.rollback()
      throw error
    }
  }
}
