internal import Logging
internal import MusterCore
internal import MusterFaults
internal import MusterWire
internal import Synchronization

/// Whether the daemon serves, for those who ask and those who watch.
///
/// It serves unless it is stopping or one of its writers is stalled (``WriterProgress``). Nothing
/// tells that a writer stalls; so the monitor looks, while it runs.
final class HealthMonitor: Sendable {
  typealias Status = HealthCheckResponse.ServingStatus

  private struct State {
    var lastStatus = Status.serving
    var watcherCount: UInt64 = 0
    var watchers: [UInt64: AsyncStream<Status>.Continuation] = [:]
  }

  /// How often it looks: often enough beside a bound of seconds.
  private static let pause: Duration = .milliseconds(500)

  private let stopping: StopFlag
  private let progress: @Sendable () -> WriterProgress
  private let logger: Logger
  private let state = Mutex(State())

  init(
    stopping: StopFlag, progress: @escaping @Sendable () -> WriterProgress, logger: Logger
  ) {
    self.stopping = stopping
    self.progress = progress
    self.logger = logger
  }

  var status: Status { stopping.isSet || isStalled ? .notServing : .serving }

  private var isStalled: Bool { progress().isStalled && !Mutant.servesWhileStalled.isOn }

  /// Looks again and again, and says what has changed, until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: Self.pause)
      let isStalled = isStalled
      change(to: stopping.isSet || isStalled ? .notServing : .serving, isStalled: isStalled)
    }
  }

  /// Tells all who watch that the daemon does not serve, and that nothing more will be said.
  func stop() {
    let watchers = state.withLock { state in
      defer { state.watchers = [:] }
      return state.watchers.values
    }
    for watcher in watchers {
      watcher.yield(.notServing)
      watcher.finish()
    }
  }

  /// The status, and each one that it changes to; only the newest waits for a slow watcher. It ends
  /// when the daemon stops, with the status that says so.
  func watch() -> AsyncStream<Status> {
    let (stream, continuation) = AsyncStream<Status>.makeStream(
      bufferingPolicy: .bufferingNewest(1))
    let number = state.withLock { state in
      state.watcherCount += 1
      state.watchers[state.watcherCount] = continuation
      return state.watcherCount
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.watchers.removeValue(forKey: number) }
    }
    continuation.yield(status)
    // It may have stopped before this one was in its list.
    if stopping.isSet { stop() }
    return stream
  }

  private func change(to status: Status, isStalled: Bool) {
    let watchers = state.withLock { state -> [AsyncStream<Status>.Continuation]? in
      guard state.lastStatus != status else { return nil }
      state.lastStatus = status
      return Array(state.watchers.values)
    }
    guard let watchers else { return }
    for watcher in watchers { watcher.yield(status) }
    if isStalled {
      logger.error(
        "does not serve: the disk does not answer",
        metadata: ["sync_seconds": "\(progress().oldestSync.components.seconds)"])
    } else if status == .serving {
      logger.info("serves again: the disk answers")
    }
  }
}
