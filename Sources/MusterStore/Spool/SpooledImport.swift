internal import Dispatch
internal import MusterCore
internal import Synchronization

/// A preview or an all-or-nothing import whose rows are coming: they wait in a file, and no
/// transaction waits for them.
final class SpooledImport: Sendable {
  let definition: ImportDefinition
  let start: ImportStart
  private let observer: @Sendable (ImportEvent) -> Void
  /// Writes one chunk after the other; the workspace's own thread is not held up.
  private let queue: DispatchQueue
  /// Written on the queue; read once all chunks are in it.
  private let spool: RowSpool
  private let failure = Mutex<StoreError?>(nil)

  init(
    _ definition: ImportDefinition, _ start: ImportStart, directory: String,
    observer: @escaping @Sendable (ImportEvent) -> Void
  ) throws(StoreError) {
    self.definition = definition
    self.start = start
    self.observer = observer
    queue = DispatchQueue(label: "muster.spool")
    spool = try RowSpool(directory: directory, bytesMax: definition.limits.spooledBytesMax)
  }

  /// Takes a chunk; returns at once. The observer is told when it is in the file.
  func take(_ chunk: CheckedChunk) {
    queue.async { [self] in
      guard failure.withLock({ $0 == nil }) else { return }
      do throws(StoreError) {
        try spool.append(chunk)
        observer(.applied(faults: [], progress: start.record.progress))
      } catch {
        failure.withLock { $0 = error }
        observer(.failed(error, start.record.progress))
      }
    }
  }

  /// Waits until all chunks before this call are in the file.
  ///
  /// - Throws: `outOfRange` if there are not so many rows, or what went wrong with the file.
  func seal(rowCount: UInt64) async throws(StoreError) {
    let error: StoreError? = await withCheckedContinuation { continuation in
      queue.async { [self] in continuation.resume(returning: problem(rowCount: rowCount)) }
    }
    if let error { throw error }
  }

  private func problem(rowCount: UInt64) -> StoreError? {
    if let failure = failure.withLock({ $0 }) { return failure }
    guard spool.rowCount != rowCount else { return nil }
    return StoreError(
      reason: .unexpectedRow,
      "The client sent \(rowCount) rows as it says, and \(spool.rowCount) have arrived; send the"
        + " rest and finish again.", [.nextRow: "\(spool.rowCount)"])
  }

  /// The rows, once ``seal(rowCount:)`` has returned.
  var rows: RowSpool { spool }
}
