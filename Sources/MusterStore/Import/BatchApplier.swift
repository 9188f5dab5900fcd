internal import MusterCore

/// Applies checked rows to the database: match, merge, write.
///
/// A batch runs in three steps. The identity index tells which members its rows hit, and those that
/// must be read are read in the order of their numbers. Then the rows are decided one by one, in
/// their order, against the working set. Last, new members are appended and changed ones written in
/// the order of their numbers. The result is that of one row after the other; the disk sees runs.
@safe final class BatchApplier {
  private let statements: MemberStatements
  private let index: IdentityIndex
  private let working = WorkingSet()
  /// Values of a member that a tag hit by chance.
  private let chance = ByteScratch()
  /// New members of the batch, as places in the working set, in the order of their numbers.
  private let createdPlaces: UnsafeMutablePointer<Int>
  private var createdCount = 0
  /// What a member holds before a row is merged into it.
  private let before: UnsafeMutablePointer<CellBytes>
  /// For each row of the batch, the first member that each identifier may stand for.
  private let candidates: UnsafeMutablePointer<Candidates>
  private let changedHashes = HashFilter()
  /// The first row of the batch within its chunk.
  private var firstRow = 0

  /// Rows of one batch: enough that writes come in runs, few enough that all stays in the cache.
  static let batchRowsMax = 4096
  /// Rows whose index slots are asked for ahead of the search; measured in DESIGN section 8.
  private static let prefetchRows = 64
  private static let decidePrefetchRows = 8

  private struct Candidates {
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
    statements = try MemberStatements(connection)
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
      if !found.isEmpty {
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

  // MARK: Reading ahead

  private func prepare(_ chunk: CheckedChunk, _ rows: Range<Int>) {
    working.reset(membersMax: rows.count * 4)
    createdCount = 0
    changedHashes.reset()
    for row in rows.prefix(Self.prefetchRows) { unsafe prefetch(unsafe chunk.row(row)) }
    for row in rows {
      let ahead = row + Self.prefetchRows
      if ahead < rows.upperBound { unsafe prefetch(unsafe chunk.row(ahead)) }
      unsafe candidates[row - rows.lowerBound] = unsafe search(chunk.row(row))
    }
  }

  @inline(__always)
  private func prefetch(_ row: UnsafePointer<CheckedRow>) {
    if unsafe row.pointee.emailHash != 0 { index.email.prefetch(unsafe row.pointee.emailHash) }
    if unsafe row.pointee.phoneHash != 0 { index.phone.prefetch(unsafe row.pointee.phoneHash) }
    if unsafe row.pointee.externalIDHash != 0 {
      index.externalID.prefetch(unsafe row.pointee.externalIDHash)
    }
  }

  @inline(__always)
  private func search(_ row: UnsafePointer<CheckedRow>) -> Candidates {
    var found = Candidates()
    if unsafe row.pointee.isFaulty { return found }
    let email = unsafe row.pointee.emailHash
    let phone = unsafe row.pointee.phoneHash
    let externalID = unsafe row.pointee.externalIDHash
    if email != 0 { found.email = index.email.first(email) }
    if phone != 0 { found.phone = index.phone.first(phone) }
    if externalID != 0 { found.externalID = index.externalID.first(externalID) }
    return found
  }

  /// Reads the members that the rows hit, but for those that a fingerprint already decides.
  private func readAhead(_ chunk: CheckedChunk, _ rows: Range<Int>) throws(StoreError) {
    var wanted: [UInt32] = []
    for row in rows {
      let found = unsafe candidates[row - rows.lowerBound]
      let only = found.only
      if only != 0 {
        let fingerprint = unsafe chunk.row(row).pointee.fingerprint
        if fingerprint == 0 || index.fingerprint(only) != fingerprint { wanted.append(only) }
      } else {
        for member in [found.email, found.phone, found.externalID] where member != 0 {
          wanted.append(member)
        }
      }
    }
    guard !wanted.isEmpty else { return }
    wanted.sort()
    var previous: UInt32 = 0
    for member in wanted where member != previous {
      previous = member
      // What does not fit is read when its row comes.
      if working.count >= WorkingSet.membersMax / 2
        || working.scratch.usedBytes > Self.readAheadBytesMax
      {
        break
      }
      _ = try load(member)
    }
  }

  /// Bytes of stored values read ahead of their rows.
  private static let readAheadBytesMax = 32 * 1024 * 1024

  private func load(_ member: UInt32) throws(StoreError) -> Int {
    if let place = working.place(of: member) { return place }
    let place = working.add(member)
    unsafe try statements.read(member, into: working.record(place), scratch: working.scratch)
    return place
  }

  // MARK: Deciding

  /// Decides one row.
  ///
  /// - Returns: The row's faults; none if it was applied.
  private func decide(
    _ chunk: CheckedChunk, _ row: Int, _ running: RunningImport
  ) throws(StoreError) -> [RowFault] {
    let checked = unsafe chunk.row(row)
    if unsafe checked.pointee.isFaulty { return Array(chunk.faults(ofRow: row)) }
    var found = unsafe candidates[row - firstRow]
    if unsafe changedHashes.mayContain(checked) { found = unsafe search(checked) }
    let rowNumber = chunk.firstRow + UInt64(row) + 1

    let only = found.only
    if unsafe only != 0 && checked.pointee.fingerprint != 0
      && index.fingerprint(only) == checked.pointee.fingerprint
    {
      return unchanged(only, running, rowNumber)
    }
    let values = unsafe chunk.values(ofRow: row)
    let hits = unsafe (
      try verified(.email, found.email, checked.pointee.emailHash, values),
      try verified(.phone, found.phone, checked.pointee.phoneHash, values),
      try verified(.externalID, found.externalID, checked.pointee.externalIDHash, values)
    )
    switch MatchDecision(email: hits.0, phone: hits.1, externalID: hits.2) {
    case .create: return unsafe try create(values, checked, running, rowNumber)
    case .update(let member):
      return unsafe try update(member, values, checked, running, rowNumber)
    case .conflict: return [conflict(hits, rowNumber)]
    }
  }

  /// The member that holds an identifier, of those that its hash may stand for; 0 if none does.
  private func verified(
    _ identifier: IdentityIndex.Identifier, _ first: UInt32, _ hash: UInt64,
    _ values: UnsafePointer<CellBytes>
  ) throws(StoreError) -> UInt32 {
    guard first != 0 else { return 0 }
    let value = unsafe values[identifier.rawValue]
    if unsafe try holds(first, identifier, value) { return first }
    for member in index.table(identifier).all(hash) where member != first {
      if unsafe try collides(member, identifier, value) { return member }
    }
    return 0
  }

  /// Whether a member whose tag is only equal by chance, as a rule, holds an identifier.
  ///
  /// Read beside the working set, which has no room for any number of chances.
  private func collides(
    _ member: UInt32, _ identifier: IdentityIndex.Identifier, _ value: CellBytes
  ) throws(StoreError) -> Bool {
    if working.place(of: member) != nil { return unsafe try holds(member, identifier, value) }
    chance.reset()
    let record = UnsafeMutablePointer<CellBytes>.allocate(capacity: MemberRecord.slotCount)
    defer { unsafe record.deallocate() }
    unsafe try statements.read(member, into: record, scratch: chance)
    return unsafe identifier.isSame(record[identifier.rawValue], value)
  }

  private func holds(
    _ member: UInt32, _ identifier: IdentityIndex.Identifier, _ value: CellBytes
  ) throws(StoreError) -> Bool {
    unsafe identifier.isSame(working.record(try load(member))[identifier.rawValue], value)
  }

  private func unchanged(
    _ member: UInt32, _ running: RunningImport, _ rowNumber: UInt64
  ) -> [RowFault] {
    if index.importSeq(member) == UInt32(truncatingIfNeeded: running.seq) {
      if running.definition.options.rejectsRepeats { return [repeated(rowNumber)] }
      running.progress.counts.repeats += 1
    }
    running.progress.counts.unchanged += 1
    return []
  }

  private func create(
    _ values: UnsafePointer<CellBytes>, _ checked: UnsafePointer<CheckedRow>,
    _ running: RunningImport, _ rowNumber: UInt64
  ) throws(StoreError) -> [RowFault] {
    guard Int(index.lastMember) < Limits.membersPerWorkspaceMax else {
      throw StoreError(
        .resourceExhausted,
        "The workspace has \(Limits.membersPerWorkspaceMax) members, which is all it can hold.")
    }
    let place = working.add(index.lastMember + 1)
    let record = unsafe working.record(place)
    let faults: [RowFault]
    do throws(RecordDamage) {
      faults = unsafe try running.merge.create(values, checked, into: record, rowNumber: rowNumber)
    } catch {
      throw damage(index.lastMember + 1)
    }
    guard faults.isEmpty else {
      working.removeLast()
      return faults
    }
    let member = index.makeMember()
    running.undo.add(created: member)
    unsafe createdPlaces[createdCount] = place
    createdCount += 1
    for identifier in IdentityIndex.Identifier.allCases {
      let hash = unsafe checked.pointee.hash(identifier)
      if hash != 0 {
        index.insert(identifier, hash, member)
        changedHashes.insert(hash)
      }
    }
    let fingerprint =
      unsafe checked.pointee.fingerprint != 0
      ? checked.pointee.fingerprint : Fingerprint.of(record, seed: index.seed)
    index.set(
      member, fingerprint: fingerprint, importSeq: UInt32(truncatingIfNeeded: running.seq))
    running.progress.counts.created += 1
    return []
  }

  private func update(
    _ member: UInt32, _ values: UnsafePointer<CellBytes>, _ checked: UnsafePointer<CheckedRow>,
    _ running: RunningImport, _ rowNumber: UInt64
  ) throws(StoreError) -> [RowFault] {
    let isRepeat = index.importSeq(member) == UInt32(truncatingIfNeeded: running.seq)
    if isRepeat && running.definition.options.rejectsRepeats { return [repeated(rowNumber)] }
    let place = try load(member)
    let record = unsafe working.record(place)
    unsafe before.update(from: record, count: MemberRecord.slotCount)
    let result: MergeResult
    do throws(RecordDamage) {
      result = unsafe try running.merge.update(
        values, checked, onto: record, scratch: working.scratch, rowNumber: rowNumber)
    } catch {
      throw damage(member)
    }
    guard result.faults.isEmpty else { return result.faults }
    if isRepeat { running.progress.counts.repeats += 1 }
    guard result.isChanged else {
      running.progress.counts.unchanged += 1
      if index.fingerprint(member) == 0 {
        let fingerprint = unsafe Fingerprint.of(record, seed: index.seed)
        index.set(member, fingerprint: fingerprint, importSeq: index.importSeq(member))
      }
      return []
    }
    do throws(RecordDamage) {
      unsafe try running.undo.add(
        changed: member, importSeq: index.importSeq(member), old: before, new: record)
    } catch {
      throw damage(member)
    }
    for identifier in IdentityIndex.Identifier.allCases {
      let slot = identifier.rawValue
      let hashes = unsafe index.move(identifier, member, from: before[slot], to: record[slot])
      if hashes.removed != 0 { changedHashes.insert(hashes.removed) }
      if hashes.inserted != 0 { changedHashes.insert(hashes.inserted) }
    }
    let fingerprint = unsafe Fingerprint.of(record, seed: index.seed)
    index.set(
      member, fingerprint: fingerprint, importSeq: UInt32(truncatingIfNeeded: running.seq))
    working.markDirty(place)
    running.progress.counts.updated += 1
    running.progress.counts.identifierChanges += UInt64(result.identifierChangeCount)
    return []
  }

  // MARK: Writing

  private func write(_ stamp: MemberStatements.Stamp) throws(StoreError) {
    statements.stamp(stamp)
    for created in 0..<createdCount {
      let place = unsafe createdPlaces[created]
      working.clearDirty(place)
      unsafe try statements.insert(working.member(place), working.record(place))
    }
    for place in working.dirtyPlaces() {
      unsafe try statements.update(working.member(place), working.record(place))
    }
  }
}

extension CheckedRow {
  /// The hash of an identifier's key; 0 if the row does not give it.
  @inline(__always)
  func hash(_ identifier: IdentityIndex.Identifier) -> UInt64 {
    switch identifier {
    case .email: emailHash
    case .phone: phoneHash
    case .externalID: externalIDHash
    }
  }
}
