internal import MusterCore
internal import Synchronization

/// Whether somebody still waits for work that takes long.
///
/// Whoever does such work, on a thread that knows nothing of tasks, looks at it every few
/// milliseconds; a call that was cancelled, or is over by its deadline, must not keep a workspace
/// busy.
final class Wanted: Sendable {
  private let isOver = Atomic(false)

  /// Whether nobody waits any more.
  var hasEnded: Bool { isOver.load(ordering: .relaxed) }

  /// - Throws: `cancelled` if nobody waits any more.
  func check() throws(StoreError) {
    guard !hasEnded else { throw StoreError(.cancelled, "Nobody waits for the answer any more.") }
  }

  /// Runs a body that looks at what it gets, which changes when the task is cancelled.
  static func whileWaiting<Value: Sendable>(
    _ body: (Wanted) async throws(StoreError) -> Value
  ) async throws(StoreError) -> Value {
    let wanted = Wanted()
    let result: Result<Value, StoreError> = await withTaskCancellationHandler {
      do throws(StoreError) {
        return .success(try await body(wanted))
      } catch {
        return .failure(error)
      }
    } onCancel: {
      wanted.isOver.store(true, ordering: .relaxed)
    }
    return try result.get()
  }
}
