public import MusterCore
internal import Synchronization

extension WorkspaceStore {
  /// Changes what the catalogue has already, and the members that name it.
  public func change(_ change: CatalogueChange) async throws(StoreError) -> CatalogueOutcome {
    try await Wanted.whileWaiting { wanted throws(StoreError) in
      try await run { writer throws(StoreError) in
        let before = self.catalogue
        let count = try writer.change(change, of: before, while: wanted)
        let after = try writer.catalogueTables.load(version: before.version + 1)
        self.catalogueState.withLock { $0 = after }
        return CatalogueOutcome(catalogue: after, memberCount: count)
      }
    }
  }

  /// Makes sure, on the writer's thread, that rows that were checked for an import may be stored.
  ///
  /// - Throws: `aborted` if the catalogue has lost something since the import was planned.
  func checkPlan(of definition: ImportDefinition) throws(StoreError) {
    guard !catalogue.covers(definition.catalogue) else { return }
    throw StoreError(
      reason: .catalogueChanged,
      "The labels or forms of the workspace have changed meanwhile; begin again.")
  }

  /// Counts the members of each role and label, in read transactions of 4,096 members.
  public func memberCounts() async throws(StoreError) -> MemberCounts {
    let hold = uses.hold()
    defer { withExtendedLifetime(hold) {} }
    let connection = try Connection(
      path: location, mode: .reader, cacheBytes: Self.countingCacheBytes)
    let last = try connection.integer("SELECT max(id) FROM member")
    var counts = MemberCounts()
    for first in stride(from: 0, to: last, by: Self.countingPageMembers) {
      let before = counts
      counts = try await Wanted.whileWaiting { wanted throws(StoreError) in
        try await onBlockingThread { () throws(StoreError) in
          try connection.interruptible(wanted) { () throws(StoreError) in
            try Self.count(connection, after: first, onto: before)
          }
        }
      }
    }
    return counts
  }

  /// Counts the members of a page, which is a read transaction of its own.
  private static func count(
    _ connection: Connection, after first: Int64, onto before: MemberCounts
  ) throws(StoreError) -> MemberCounts {
    let page = try connection.prepare(
      """
      SELECT role_id, labels, count(*) FROM member WHERE id > ?1 AND id <= ?2
      GROUP BY role_id, labels
      """)
    var counts = before
    page.bind(1, first)
    page.bind(2, first + Int64(countingPageMembers))
    while try page.step() {
      let count = UInt64(clamping: page.integer(2))
      counts.roles[page.integer(0), default: 0] += count
      for label in page.text(1).split(separator: ",") {
        counts.labels[String(label), default: 0] += count
      }
    }
    return counts
  }

  private static let countingCacheBytes = 4 * 1024 * 1024
  private static let countingPageMembers = 4_096
}
