internal import MusterCore

/// Finds the members that a batch's rows hit, and reads those that must be read.
extension BatchApplier {
  func prepare(_ chunk: CheckedChunk, _ rows: Range<Int>) {
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
  func prefetch(_ row: UnsafePointer<CheckedRow>) {
    if unsafe row.pointee.emailHash != 0 { index.email.prefetch(unsafe row.pointee.emailHash) }
    if unsafe row.pointee.phoneHash != 0 { index.phone.prefetch(unsafe row.pointee.phoneHash) }
    if unsafe row.pointee.externalIDHash != 0 {
      index.externalID.prefetch(unsafe row.pointee.externalIDHash)
    }
  }

  @inline(__always)
  func search(_ row: UnsafePointer<CheckedRow>) -> Candidates {
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
  func readAhead(_ chunk: CheckedChunk, _ rows: Range<Int>) throws(StoreError) {
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
  static let readAheadBytesMax = 32 * 1024 * 1024

  func load(_ member: UInt32) throws(StoreError) -> Int {
    if let place = working.place(of: member) { return place }
    let place = working.add(member)
    unsafe try statements.read(member, into: working.record(place), scratch: working.scratch)
    return place
  }
}
