public import MusterCore

/// The faults of a running import, as they are found, in the order of their rows.
///
/// The daemon is held back while nobody reads them, until the closure that they were given to
/// returns; those that come after it are only counted. They end when no more will come, however the
/// import ended, or when the task that reads them is cancelled. One task reads them.
public struct ImportFaults: AsyncSequence, Sendable {
  /// A rule that one row broke.
  public typealias Element = RowFault
  /// The faults end; they never fail.
  public typealias Failure = Never

  let queue: FaultQueue

  /// Begins to read the faults that nobody has read.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(queue: queue) }

  /// Reads the faults of an import.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let queue: FaultQueue
    private var faults: ArraySlice<RowFault> = []

    init(queue: FaultQueue) { self.queue = queue }

    /// Waits for the next fault; nil when no more will come.
    public mutating func next() async -> RowFault? { await next(isolation: nil) }

    /// Waits for the next fault; nil when no more will come.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> RowFault? {
      while faults.isEmpty {
        guard let more = await queue.next() else { return nil }
        faults = more[...]
      }
      return faults.popFirst()
    }
  }
}
