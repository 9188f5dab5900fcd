/// Wakes one waiting task; a signal that nobody waits for is kept, and several are one.
///
/// Whoever was woken looks at the state that it shares: a signal says that it changed, never how.
struct Signal: Sendable {
  private let signals: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() {
    (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func raise() { continuation.yield() }

  /// Waits for the next signal.
  ///
  /// - Returns: False if the task was cancelled; no wait on this signal succeeds after that.
  func wait() async -> Bool {
    for await _ in signals { return true }
    return false
  }
}
