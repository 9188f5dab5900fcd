internal import MusterCore
internal import Synchronization

/// Hands one message of faults after the other from the task that receives them to the one that
/// reads them; the first waits for the second.
final class FaultQueue: Sendable {
  private struct State {
    var faults: [RowFault]?
    /// No more will come.
    var isFinished = false
    /// Nobody will read any more.
    var isClosed = false
  }

  private let state = Mutex(State())
  private let filled = Signal()
  private let emptied = Signal()

  /// Waits until the faults before these are read, or nobody will read any.
  func send(_ faults: [RowFault]) async throws {
    while true {
      let isDone = state.withLock { state in
        if state.isClosed { return true }
        guard state.faults == nil else { return false }
        state.faults = faults
        return true
      }
      if isDone { return filled.raise() }
      guard await emptied.wait() else { throw CancellationError() }
    }
  }

  /// Waits for the next faults; nil when no more will come.
  func next() async -> [RowFault]? {
    while true {
      let (faults, isOver) = state.withLock { state in
        defer { state.faults = nil }
        return (state.faults, state.isFinished || state.isClosed)
      }
      emptied.raise()
      if let faults { return faults }
      if isOver { return nil }
      guard await filled.wait() else {
        close()
        return nil
      }
    }
  }

  /// No more will come.
  func finish() {
    state.withLock { $0.isFinished = true }
    filled.raise()
  }

  /// Nobody will read any more.
  func close() {
    state.withLock { state in
      state.isClosed = true
      state.faults = nil
    }
    emptied.raise()
    filled.raise()
  }
}
