internal import Synchronization

/// Whether the daemon is stopping: what an interrupted call tells its client depends on it.
final class StopFlag: Sendable {
  private let flag = Atomic(false)

  var isSet: Bool { flag.load(ordering: .acquiring) }

  func set() { flag.store(true, ordering: .releasing) }
}
