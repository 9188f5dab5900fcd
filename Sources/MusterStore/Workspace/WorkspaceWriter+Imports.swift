internal import MusterCore

/// The ledger as its callers see it: what is running is known here only.
extension WorkspaceWriter {
  /// An import with its number, as the file has it.
  ///
  /// - Throws: `notFound`.
  func stored(_ importID: String) throws(StoreError) -> Ledger.Numbered {
    guard let found = try ledger.record(importID) else {
      throw StoreError(
        reason: .importNotFound,
        "The workspace knows no import \(importID); list those it knows with: muster imports list",
        [.importID: importID])
    }
    return found
  }

  /// An import as it is.
  ///
  /// - Throws: `notFound`.
  func record(_ importID: String) throws(StoreError) -> ImportRecord {
    withOwner(try stored(importID).record)
  }

  /// An open import that has a stream is running.
  private func withOwner(_ record: ImportRecord) -> ImportRecord {
    guard record.state == .open && isRunning(record.importID) else { return record }
    var record = record
    record.state = .running
    return record
  }

  func imports(_ query: ImportQuery) throws(StoreError) -> ImportPage {
    let countMax = min(max(query.countMax, 1), Limits.importsPerPageMax)
    let found = try ledger.records(
      query.states, before: Int64(clamping: query.before), countMax: countMax)
    // Of open and running imports a page may have fewer than it could: the next one goes on.
    let records = found.records.map { withOwner($0.record) }.filter {
      query.states.isEmpty || query.states.contains($0.state)
    }
    let last = found.mayHaveMore ? found.records.last?.seq ?? 0 : 0
    return ImportPage(records: records, next: UInt64(clamping: last))
  }

  func cancel(_ importID: String) throws(StoreError) -> ImportRecord {
    commit()
    let (seq, record) = try stored(importID)
    switch record.state {
    case .cancelled: return record
    case .open, .running: break
    case .finished, .stopped, .expired, .undoing, .undone, .refused:
      throw StoreError(
        reason: .importIsOver,
        "The import \(importID) is over already, and cannot be cancelled; it can be undone.",
        [.importID: importID, .state: "\(record.state)".uppercased()])
    }
    try end([(seq, importID)], as: .cancelled)
    if let running = running[importID], running.end == nil {
      let error = StoreError.cancelled(importID, running.progress)
      running.end = .failed(error)
      running.observer(.failed(error, running.progress))
    }
    notify(importID)
    return try self.record(importID)
  }

  /// Ends imports that are open, in a transaction of their own.
  func end(
    _ imports: [(seq: Int64, importID: String)], as state: ImportRecord.State
  ) throws(StoreError) {
    try change { () throws(StoreError) in
      for ended in imports { try ledger.end(ended.seq, as: state, now: clock()) }
    }
  }

  // MARK: Watching

  /// Tells somebody how an import stands, now and until nothing more becomes of it.
  ///
  /// - Returns: What `watchers` removes; nil if that was all.
  func watch(
    _ importID: String, _ continuation: AsyncStream<ImportRecord>.Continuation
  ) throws(StoreError) -> UInt64? {
    let record = try record(importID)
    continuation.yield(record)
    if record.isFinal {
      continuation.finish()
      return nil
    }
    return watchers.add(continuation, of: importID)
  }

  /// Tells who watches an import that something has changed.
  func notify(_ importID: String) {
    guard watchers.isWatched(importID) else { return }
    if let record = try? record(importID) {
      watchers.tell(record)
    } else {
      // Its beginning was taken back, or the file cannot be read.
      watchers.end(importID)
    }
  }
}
