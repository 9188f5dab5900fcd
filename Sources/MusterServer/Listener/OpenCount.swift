internal import NIOCore
internal import Synchronization

/// How many of something are open, connections or calls, and since when none has been.
final class OpenCount: Sendable {
  private struct State {
    var openCount = 0
    var lastChange = ContinuousClock.now
  }

  private let state = Mutex(State())

  /// How long none has been open, from the start on; nil while one is.
  var idleTime: Duration? {
    state.withLock { $0.openCount == 0 ? $0.lastChange.duration(to: .now) : nil }
  }

  /// Counts a connection that was just accepted, until it is closed.
  func add(_ channel: any Channel) {
    add()
    channel.closeFuture.whenComplete { _ in self.remove() }
  }

  func add() { change(by: 1) }

  func remove() { change(by: -1) }

  private func change(by difference: Int) {
    state.withLock { state in
      state.openCount += difference
      state.lastChange = .now
    }
  }
}
