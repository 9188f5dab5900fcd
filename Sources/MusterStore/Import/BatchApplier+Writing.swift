internal import MusterCore

/// Writes what the rows of a batch have made and changed, or keeps it for later.
extension BatchApplier {
  func write(_ stamp: MemberStatements.Stamp) throws(StoreError) {
    statements.stamp(stamp)
    for created in 0..<createdCount {
      let place = unsafe createdPlaces[created]
      working.clearDirty(place)
      unsafe try statements.insert(working.member(place), working.record(place))
    }
    let dirty = working.dirtyPlaces()
    let isDeferred = mustDefer(dirty)
    for place in dirty {
      let member = working.member(place)
      if isDeferred || deferred.contains(member) {
        unsafe deferred.put(member, working.record(place), stamp)
      } else {
        unsafe try statements.update(member, working.record(place))
      }
    }
    if deferred.usedBytes > deferral.bytesMax { try writeDeferred() }
  }

  /// Whether changes wait until more of them meet on a page.
  private func mustDefer(_ dirty: [Int]) -> Bool {
    guard !dirty.isEmpty else { return false }
    if deferred.isEmpty { deferred.beginSpread(membersPerPage: membersPerPage(dirty)) }
    return deferral.mustDefer(
      dirty.map { working.member($0) }, membersPerPage: deferred.spread.membersPerPage,
      last: index.lastMember)
  }

  /// How many members share a page, by a sample of those that change.
  private func membersPerPage(_ dirty: [Int]) -> Int {
    let step = max(1, dirty.count / Self.sampledMembers)
    let sample = stride(from: 0, to: dirty.count, by: step)
    var bytes = 0
    for place in sample {
      bytes += unsafe DeferredUpdates.valueBytes(working.record(dirty[place]))
    }
    return PageSpread.membersPerPage(valueBytes: bytes / sample.underestimatedCount)
  }

  private static let sampledMembers = 32

  /// Writes the changes that wait, in the order of the members' numbers.
  func writeDeferred() throws(StoreError) {
    guard !deferred.isEmpty else { return }
    statements.endReading()
    for entry in deferred.inOrder() {
      statements.stamp(entry.stamp)
      unsafe deferred.unpack(entry, into: before)
      unsafe try statements.update(entry.member, before)
    }
    deferred.removeAll()
  }
}
