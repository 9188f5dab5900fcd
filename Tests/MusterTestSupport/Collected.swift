internal import Synchronization

/// Gathers values from closures that run elsewhere.
public final class Collected<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])

  public init() {}

  public func append(_ value: Value) { values.withLock { $0.append(value) } }

  public var all: [Value] { values.withLock { $0 } }

  public var count: Int { values.withLock { $0.count } }
}
