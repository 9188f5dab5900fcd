internal import CSQLite
internal import MusterCore

extension WorkspaceWriter {
  /// What comparing a part of the index with the file has shown.
  struct IndexComparison: Sendable {
    /// Members that the index has otherwise than the file.
    var wrong: [Int64] = []
    /// Identifiers in the file: emails, phones, external ids.
    var stored = [0, 0, 0]
    /// Identifiers in the whole index.
    var indexed: [Int]
    /// Changes of the file by this connection so far: as long as it stays, parts can be summed up.
    var changeCount: Int64
  }

  /// Compares a run of members with the index: as the file is now, with what is not committed yet.
  func compareIndex(_ members: ClosedRange<Int64>) throws(StoreError) -> IndexComparison {
    if !applier.deferred.isEmpty, let error = commit() { throw error }
    var comparison = IndexComparison(
      indexed: IdentityIndex.Identifier.allCases.map { index.table($0).count },
      changeCount: unsafe sqlite3_total_changes64(connection.handle))
    let query = try connection.prepare(
      """
      SELECT id, email, phone, external_id, import_seq FROM member WHERE id BETWEEN ?1 AND ?2
      """)
    query.bind(1, members.lowerBound)
    query.bind(2, members.upperBound)
    while try query.step() {
      guard let member = UInt32(exactly: query.integer(0)) else { continue }
      var isRight =
        index.importSeq(member) == UInt32(truncatingIfNeeded: query.integer(4))
        && member <= index.lastMember
      for identifier in IdentityIndex.Identifier.allCases {
        let hash = unsafe index.hash(identifier, query.borrowed(Int32(identifier.rawValue) + 1))
        guard hash != 0 else { continue }
        comparison.stored[identifier.rawValue] += 1
        isRight = isRight && index.table(identifier).all(hash).contains(member)
      }
      if !isRight { comparison.wrong.append(Int64(member)) }
    }
    return comparison
  }
}

/// Sums the comparisons of an index up.
struct IndexTally {
  private var stored = [0, 0, 0]
  private var changeCount: Int64?
  private var isStill = true

  mutating func add(
    _ part: WorkspaceWriter.IndexComparison, isLast: Bool, to report: inout CheckReport
  ) {
    for member in part.wrong { report.note(.identityIndex, members: [member]) }
    isStill = isStill && (changeCount ?? part.changeCount) == part.changeCount
    changeCount = part.changeCount
    for place in stored.indices { stored[place] += part.stored[place] }
    // What the index has beyond the file shows only while nobody changes either.
    if isLast && isStill && stored != part.indexed {
      report.note(.identityIndex, detail: "the index has other numbers of identifiers")
    }
  }
}
