internal import Synchronization

/// What the client of a connection has sent beyond the windows of its streams: at most as much as
/// it may send before it has heard of them.
final class UnaskedBytes: Sendable {
  private let sum = Atomic(0)

  /// Counts what was sent beyond a window.
  ///
  /// - Returns: false if that is more than it may send.
  func add(_ byteCount: Int) -> Bool {
    guard byteCount > 0 else { return true }
    return sum.wrappingAdd(byteCount, ordering: .relaxed).newValue <= MemoryBounds.unaskedBytesMax
  }
}
