internal import GRPCCore
internal import Synchronization

/// Waits for work that may be deaf to cancellation, and no longer than it may take.
///
/// The transport promises to end a call at its deadline or when its task is cancelled, but waits in
/// places that hear of neither: for a stream that it opens on a connection that is just ending, and
/// for such a stream to close. Work that does not end is left behind; it holds a little memory and
/// no thread.
final class Abandonment<Value: Sendable>: Sendable {
  private enum State {
    case running
    case awaited(CheckedContinuation<Value, any Error>)
    case ended(Result<Value, any Error>)
    case over
  }

  private let state = Mutex(State.running)

  private init() {}

  /// Runs work in a task of its own.
  ///
  /// - Parameters:
  ///   - timeLimit: After this long the work is cancelled and left behind; nil means never.
  ///   - partingTime: How long cancelled work has to say how it ended.
  /// - Throws: What the work throws; `deadlineExceeded` or a `CancellationError` if it is left
  ///   behind.
  static func run(
    timeLimit: Duration?, partingTime: Duration,
    _ work: @escaping @concurrent @Sendable () async throws -> Value
  ) async throws -> Value {
    let abandonment = Abandonment()
    let task = Task {
      do {
        abandonment.end(.success(try await work()))
      } catch {
        abandonment.end(.failure(error))
      }
    }
    let timer = Task {
      guard let timeLimit else { return }
      try await Task.sleep(for: timeLimit)
      task.cancel()
      abandonment.end(
        .failure(RPCError(code: .deadlineExceeded, message: "The daemon did not answer in time.")))
    }
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
      try await abandonment.value()
    } onCancel: {
      task.cancel()
      Task {
        try await Task.sleep(for: partingTime)
        abandonment.end(.failure(CancellationError()))
      }
    }
  }

  private func value() async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let result = state.withLock { state -> Result<Value, any Error>? in
        if case .ended(let result) = state {
          state = .over
          return result
        }
        state = .awaited(continuation)
        return nil
      }
      if let result { continuation.resume(with: result) }
    }
  }

  /// The first end counts.
  private func end(_ result: Result<Value, any Error>) {
    let waiter = state.withLock { state -> CheckedContinuation<Value, any Error>? in
      switch state {
      case .running:
        state = .ended(result)
        return nil
      case .awaited(let waiter):
        state = .over
        return waiter
      case .ended, .over: return nil
      }
    }
    waiter?.resume(with: result)
  }
}
