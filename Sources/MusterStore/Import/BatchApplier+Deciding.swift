internal import MusterCore

/// Decides rows one by one, in their order, against the working set.
extension BatchApplier {
  /// Decides one row.
  ///
  /// - Returns: The row's faults; none if it was applied.
  func decide(
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
  func verified(
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
  func collides(
    _ member: UInt32, _ identifier: IdentityIndex.Identifier, _ value: CellBytes
  ) throws(StoreError) -> Bool {
    if working.place(of: member) != nil { return unsafe try holds(member, identifier, value) }
    chance.reset()
    let record = UnsafeMutablePointer<CellBytes>.allocate(capacity: MemberRecord.slotCount)
    defer { unsafe record.deallocate() }
    unsafe try statements.read(member, into: record, scratch: chance)
    return unsafe identifier.isSame(record[identifier.rawValue], value)
  }

  func holds(
    _ member: UInt32, _ identifier: IdentityIndex.Identifier, _ value: CellBytes
  ) throws(StoreError) -> Bool {
    unsafe identifier.isSame(working.record(try load(member))[identifier.rawValue], value)
  }

  func unchanged(
    _ member: UInt32, _ running: RunningImport, _ rowNumber: UInt64
  ) -> [RowFault] {
    if index.importSeq(member) == UInt32(truncatingIfNeeded: running.seq) {
      if running.definition.options.rejectsRepeats { return [repeated(member, rowNumber)] }
      running.progress.counts.repeats += 1
    }
    running.progress.counts.unchanged += 1
    return []
  }

  func create(
    _ values: UnsafePointer<CellBytes>, _ checked: UnsafePointer<CheckedRow>,
    _ running: RunningImport, _ rowNumber: UInt64
  ) throws(StoreError) -> [RowFault] {
    guard Int(index.lastMember) < Limits.membersPerWorkspaceMax else {
      throw StoreError(
        reason: .limitExceeded,
        "The workspace has \(Limits.membersPerWorkspaceMax) members, which is all it can hold.",
        Limits.facts("membersPerWorkspaceMax", Limits.membersPerWorkspaceMax))
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
    unsafe try running.recorder?.created(row: rowNumber, record)
    return []
  }

  func update(
    _ member: UInt32, _ values: UnsafePointer<CellBytes>, _ checked: UnsafePointer<CheckedRow>,
    _ running: RunningImport, _ rowNumber: UInt64
  ) throws(StoreError) -> [RowFault] {
    let isRepeat = index.importSeq(member) == UInt32(truncatingIfNeeded: running.seq)
    if isRepeat && running.definition.options.rejectsRepeats {
      return [repeated(member, rowNumber)]
    }
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
    unsafe countFlips(before, record, &running.progress.counts)
    unsafe try running.recorder?.updated(member, row: rowNumber, from: before, to: record)
    running.progress.counts.identifierChanges += UInt64(result.identifierChangeCount)
    return []
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
