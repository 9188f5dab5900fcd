internal import MusterCore
internal import Synchronization

/// Connections that read a workspace's members, kept for the next caller.
///
/// A caller has one only while it reads, and never waits in between: there are never more of them
/// than threads. A reader sees what is committed, never holds up the writer, and is not held up.
final class ReaderPool: Sendable {
  private let path: String
  private struct State {
    var idle: [MemberRows] = []
    /// Why there is nothing to read any more.
    var refusal: StoreError?
  }

  private let state = Mutex(State())

  /// Readers that are kept when nobody reads.
  private static let idleMax = 4
  /// The page cache of a reader: the inner pages of the table, and some leaves.
  private static let cacheBytesMax = 1024 * 1024

  init(path: String) { self.path = path }

  /// Lends a reader; one that failed is not used again.
  func read<Result>(
    _ body: (MemberRows) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    let (kept, refusal) = state.withLock { ($0.idle.popLast(), $0.refusal) }
    if let refusal { throw refusal }
    let reader = if let kept { kept } else { try open() }
    let result = try body(reader)
    state.withLock { state in
      if state.idle.count < Self.idleMax, state.refusal == nil { state.idle.append(reader) }
    }
    return result
  }

  /// Closes the readers that nobody uses; with a reason, nobody gets one any more.
  func close(for refusal: StoreError? = nil) {
    let closed = state.withLock { state in
      defer { state.idle = [] }
      if let refusal { state.refusal = refusal }
      return state.idle
    }
    withExtendedLifetime(closed) {}
  }

  /// Bytes of the page caches of the readers that nobody uses.
  var cacheBytes: Int { state.withLock { $0.idle.reduce(0) { $0 + $1.cacheBytes } } }

  private func open() throws(StoreError) -> MemberRows {
    try MemberRows(Connection(path: path, mode: .reader, cacheBytes: Self.cacheBytesMax))
  }
}
