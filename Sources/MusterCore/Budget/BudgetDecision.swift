/// Which workspaces close, and which give their page caches back: pure, without a clock.
public struct BudgetDecision: Sendable, Equatable {
  /// A workspace that is to close.
  public struct Closing: Sendable, Equatable {
    /// Which one.
    public var number: Int
    /// Why it does.
    public var reason: ClosingReason

    /// Says which one closes, and why.
    public init(number: Int, reason: ClosingReason) {
      self.number = number
      self.reason = reason
    }
  }

  /// The workspaces that are to close, the least recently used first.
  public private(set) var closing: [Closing] = []
  /// The workspaces that stay open without their page caches, the least recently used first.
  public private(set) var emptied: [Int] = []

  /// Decides what becomes of the open workspaces.
  ///
  /// What is in use stays as it is, and so does the last one that was used: whoever comes again and
  /// again does not wait for its index each time, however large that is. With these alone the
  /// budget may be exceeded. Page caches go before indexes.
  public init(_ open: [OpenWorkspace], budget: WorkspaceBudget) {
    var unused = open.filter { !$0.isInUse }.sorted(by: Self.isEarlier)
    let inUseBytes = open.filter(\.isInUse).reduce(0) { $0 + $1.bytes }
    if budget.idleSecondsMax > 0 {
      let idle = unused.prefix { $0.idleTime >= .seconds(budget.idleSecondsMax) }
      closing = idle.map { Closing(number: $0.number, reason: .idle) }
      unused.removeFirst(idle.count)
    }
    let bytesMax = budget.memoryBytesMax == 0 ? Int.max : budget.memoryBytesMax
    emptyCaches(of: &unused, bytesMax: bytesMax - min(inUseBytes, bytesMax))
    var bytes = inUseBytes + unused.reduce(0) { $0 + $1.bytes }
    for workspace in unused.dropLast() where bytes > bytesMax {
      bytes -= workspace.bytes
      closing.append(Closing(number: workspace.number, reason: .memory))
      emptied.removeAll { $0 == workspace.number }
    }
  }

  /// Decides whether one more workspace may be opened, and which one closes for it.
  ///
  /// - Returns: nil if it may not: all are in use.
  public init?(opening budget: WorkspaceBudget, beside open: [OpenWorkspace]) {
    guard open.count >= max(budget.openMax, 1) else { return }
    guard let oldest = open.filter({ !$0.isInUse }).min(by: Self.isEarlier) else { return nil }
    closing = [Closing(number: oldest.number, reason: .count)]
  }

  private mutating func emptyCaches(of unused: inout [OpenWorkspace], bytesMax: Int) {
    var bytes = unused.reduce(0) { $0 + $1.bytes }
    var cacheBytes = unused.reduce(0) { $0 + $1.cacheBytes }
    for place in unused.indices where unused[place].cacheBytes > 0 {
      guard bytes > bytesMax || cacheBytes > WorkspaceBudget.idleCacheBytesMax else { return }
      bytes -= unused[place].cacheBytes
      cacheBytes -= unused[place].cacheBytes
      unused[place].cacheBytes = 0
      emptied.append(unused[place].number)
    }
  }

  private static func isEarlier(_ one: OpenWorkspace, _ other: OpenWorkspace) -> Bool {
    (other.idleTime, one.number) < (one.idleTime, other.number)
  }
}
