/// Decides what of old imports is not kept any longer: a pure function of the ledger and the time.
public struct Retention: Sendable {
  private let limits: Limits

  private static let daySeconds: Int64 = 86_400

  /// Goes by the days and the number of these limits.
  public init(limits: Limits) { self.limits = limits }

  /// What the ledger says of one import, as far as it matters here.
  public struct Entry: Sendable, Equatable {
    /// The ledger's number; a later import has a higher one.
    public var seq: Int64
    /// As it is now: ``ImportRecord/State/running`` for one whose stream is there.
    public var state: ImportRecord.State
    /// When something of it was last committed, in seconds of the same time as `now` of
    /// ``Retention/plan(_:now:)``.
    public var touchedAt: Int64
    /// Whether it can still be undone.
    public var hasImages: Bool
    /// Whether faults of it, or what undoing it has kept, are still listed.
    public var hasLists: Bool

    /// Makes an entry.
    public init(
      seq: Int64, state: ImportRecord.State, touchedAt: Int64, hasImages: Bool, hasLists: Bool
    ) {
      self.seq = seq
      self.state = state
      self.touchedAt = touchedAt
      self.hasImages = hasImages
      self.hasLists = hasLists
    }
  }

  /// What is to go, as numbers of the ledger, each list in the order of the entries.
  public struct Plan: Sendable, Equatable {
    /// Open imports that nobody goes on with: they end.
    public var expired: [Int64] = []
    /// Imports that can no longer be undone: their before-images go.
    public var withoutImages: [Int64] = []
    /// Imports whose faults and kept fields go.
    public var withoutLists: [Int64] = []

    /// Everything stays.
    public init() {}

    /// Whether everything stays.
    public var isEmpty: Bool { expired.isEmpty && withoutImages.isEmpty && withoutLists.isEmpty }
  }

  /// Looks at imports, in any order.
  ///
  /// - Parameter now: Seconds of a ``RetentionClock``; what was touched later than that stays.
  /// - Complexity: O(n log n).
  public func plan(_ entries: [Entry], now: Int64) -> Plan {
    var plan = Plan()
    func isOlder(_ entry: Entry, than days: Int) -> Bool {
      let bound = Int64(clamping: days).multipliedReportingOverflow(by: Self.daySeconds)
      return !bound.overflow && now &- entry.touchedAt > bound.partialValue
    }
    let undoable = entries.filter { $0.hasImages && $0.state.isOver }
    let newest = Set(undoable.map(\.seq).sorted(by: >).prefix(limits.undoImportsMax))
    for entry in entries {
      if entry.state == .open && isOlder(entry, than: limits.resumeDaysMax) {
        plan.expired.append(entry.seq)
      }
      // Rows may still come, and would be counted from what is listed.
      guard entry.state.isOver else { continue }
      // Somebody is at undoing it: only its age ends that.
      let isOneTooMany = !newest.contains(entry.seq) && entry.state != .undoing
      if entry.hasImages && (isOneTooMany || isOlder(entry, than: limits.undoDaysMax)) {
        plan.withoutImages.append(entry.seq)
      }
      if entry.hasLists && isOlder(entry, than: limits.faultDaysMax) {
        plan.withoutLists.append(entry.seq)
      }
    }
    return plan
  }
}
