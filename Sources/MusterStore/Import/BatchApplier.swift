internal import MusterCore

/// Applies checked rows to the database: match, merge, write.
///
/// A batch runs in three steps. The identity index tells which members its rows hit, and those that
/// must be read are read in the order of their numbers. Then the rows are decided one by one, in
/// their order, against the working set. Last, new members are appended and changed ones written in
/// the order of their numbers. The result is that of one row after the other; the disk sees runs.
@safe final class BatchApplier {
  let statements: MemberStatements
  let index: IdentityIndex
  let working = WorkingSet()
  let deferred = DeferredUpdates()
  var deferral = DeferralRule()
  /// Values of a member that a tag hit by chance.
  let chance = ByteScratch()
  /// New members of the batch, as places in the working set, in the order of their numbers.
  let createdPlaces: UnsafeMutablePointer<Int>
  var createdCount = 0
  /// What a member holds before a row is merged into it.
  let before: UnsafeMutablePointer<CellBytes>
  /// For each row of the batch, the first member that each identifier may stand for.
  let candidates: UnsafeMutablePointer<Candidates>
  let changedHashes = HashFilter()
  /// The first row of the batch within its chunk.
  var firstRow = 0

  /// Rows of one batch: enough that writes come in runs, few enough that all stays in the cache.
  static let batchRowsMax = 4096
  /// Rows whose index slots are asked for ahead of the search; measured in Measurements.
  static let prefetchRows = 64
  static let decidePrefetchRows = 8

  struct Candidates {
    var email: UInt32 = 0
    var phone: UInt32 = 0
    var externalID: UInt32 = 0

    /// The only member among them; 0 if there is none or more than one.
    var only: UInt32 {
      if case .update(let member) = MatchDecision(
        email: email, phone: phone, externalID: externalID)
      {
        return member
      }
      return 0
    }
  }

  init(connection: Connection, index: IdentityIndex) throws(StoreError) {
    statements = try MemberStatements(connection, deferred: deferred)
    self.index = index
    unsafe createdPlaces = .allocate(capacity: Self.batchRowsMax)
    unsafe candidates = .allocate(capacity: Self.batchRowsMax)
    unsafe before = .allocate(capacity: MemberRecord.slotCount)
  }

  deinit {
    unsafe createdPlaces.deallocate()
    unsafe candidates.deallocate()
    unsafe before.deallocate()
  }

  /// Applies a run of rows; counts go to the import, faults found here are returned in row order.
  ///
  /// - Returns: The faults of all its rows, the checker's included, and how many rows were decided:
  ///   fewer than asked for only if the import stops after so many faults.
  func apply(
    _ chunk: CheckedChunk, rows: Range<Int>, to running: RunningImport, now: Int64
  ) throws(StoreError) -> (faults: [RowFault], rowCount: Int) {
    index.turns.take()
    defer { index.turns.give(index.candidates) }
    firstRow = rows.lowerBound
    defer { statements.endReading() }
    prepare(chunk, rows)
    try readAhead(chunk, rows)
    var faults: [RowFault] = []
    let faultsMax = running.definition.options.faultsMax
    var decided = 0
    for row in rows {
      // What prepare() asked for may have left the cache since: a batch reads a megabyte of slots.
      let ahead = row + Self.decidePrefetchRows
      if ahead < rows.upperBound { unsafe prefetch(chunk.row(ahead)) }
      let found = try decide(chunk, row, running)
      decided += 1
      if found.isEmpty {
        let normalizedCount = unsafe chunk.row(row).pointee.normalizedCount
        running.progress.counts.normalized += UInt64(normalizedCount)
      } else {
        running.progress.counts.rejected += 1
        running.progress.counts.faults += UInt64(found.count)
        faults += found
        if faultsMax > 0 && running.progress.counts.faults >= faultsMax {
          running.end = .stopped
          break
        }
      }
    }
    try write(MemberStatements.Stamp(importSeq: running.seq, roleID: running.roleID, now: now))
    return (faults, decided)
  }
}
