internal import Synchronization

/// A call, as far as a daemon that stops waits for it.
///
/// It ends with its work. Its answers may still wait for a client that reads nothing: the transport
/// waits for that client, and the daemon does not.
final class RunningCall: Sendable {
  /// The call that the task works for.
  @TaskLocal static var current: RunningCall?

  private let calls: OpenCount
  private let hasEnded = Atomic(false)

  /// Counts a call among those that run.
  init(among calls: OpenCount) {
    self.calls = calls
    calls.add()
  }

  /// Counts it no more; called once or more often.
  func end() {
    if !hasEnded.exchange(true, ordering: .relaxed) { calls.remove() }
  }
}
