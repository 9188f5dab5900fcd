internal import Dispatch
internal import MusterCore

/// Runs what waits for the disk, or reads much, on a thread that may: tasks share one for each
/// core, and other calls need them.
func onBlockingThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws(StoreError) -> Value
) async throws(StoreError) -> Value {
  let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
    DispatchQueue.global().async {
      do throws(StoreError) {
        continuation.resume(returning: .success(try body()))
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
  }
  return try result.get()
}
