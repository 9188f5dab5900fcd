internal import Synchronization

/// Who answers an import that is begun again after its end: its rows, if they come again, or time.
///
/// A client that knows nothing sends its rows again, and they are compared before the summary. One
/// that waits for the summary first has it after ``TransportBounds/repeatSilenceMax``.
final class SilentRepeat: Sendable {
  private let isTaken = Mutex(false)
  private let timer = Mutex<Task<Void, Never>?>(nil)

  /// Has `body` called once, unless the client is heard from within `duration`.
  func begin(_ duration: Duration, _ body: @escaping @Sendable () -> Void) {
    timer.withLock {
      $0 = Task {
        try? await Task.sleep(for: duration)
        if !Task.isCancelled, take() { body() }
      }
    }
  }

  /// The client was heard from.
  ///
  /// - Returns: false if it has been answered already.
  func heard() -> Bool {
    let isFirst = take()
    timer.withLock { $0?.cancel() }
    return isFirst
  }

  private func take() -> Bool {
    isTaken.withLock { isTaken in
      defer { isTaken = true }
      return !isTaken
    }
  }
}
