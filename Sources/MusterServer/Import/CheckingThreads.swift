internal import Dispatch
internal import Glibc
internal import MusterCore
internal import Synchronization

/// The threads that check rows, a turn (``CheckTurn``) at a time, the callers one after the other.
///
/// Tasks share a thread for each core. Were rows checked there, two streams that keep it up would
/// leave every other call waiting, and a stop of the daemon too.
final class CheckingThreads: Sendable {
  private typealias Work = @Sendable (_ isWanted: Bool) -> Void

  private struct State {
    var queue = TurnQueue<UInt32, Work>()
    var busyCount = 0
  }

  private let state = Mutex(State())
  private let threads = DispatchQueue(label: "muster.checking", attributes: .concurrent)
  private let threadsMax: Int

  /// Those of the process: as many as it has cores.
  static let shared = CheckingThreads(threadsMax: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  init(threadsMax: Int) { self.threadsMax = threadsMax }

  /// Has work done, in the caller's turn.
  ///
  /// - Parameters:
  ///   - user: The user id of the caller.
  ///   - body: Takes some milliseconds at most.
  /// - Throws: `CancellationError` if the task was cancelled before the work began.
  func run<Value: Sendable>(
    for user: UInt32, _ body: @escaping @Sendable () -> Value
  ) async throws -> Value {
    let place = Mutex<UInt64?>(nil)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let number = add(for: user) { isWanted in
          continuation.resume(
            with: isWanted ? .success(body()) : .failure(CancellationError()))
        }
        place.withLock { $0 = number }
        // It may have come before there was anything to take out.
        if Task.isCancelled { remove(number, of: user) }
      }
    } onCancel: {
      if let number = place.withLock({ $0 }) { remove(number, of: user) }
    }
  }

  private func add(for user: UInt32, _ work: @escaping Work) -> UInt64 {
    let (number, mustStart) = state.withLock { state in
      let number = state.queue.add(work, of: user)
      let mustStart = state.busyCount < threadsMax
      if mustStart { state.busyCount += 1 }
      return (number, mustStart)
    }
    if mustStart { threads.async { self.work() } }
    return number
  }

  private func remove(_ number: UInt64, of user: UInt32) {
    let work = state.withLock { $0.queue.remove(number, of: user) }
    work?(false)
  }

  private func work() {
    while let work = next() { work(true) }
  }

  private func next() -> Work? {
    state.withLock { state in
      let work = state.queue.next()
      if work == nil { state.busyCount -= 1 }
      return work
    }
  }
}
