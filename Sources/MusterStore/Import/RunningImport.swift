internal import MusterCore

/// An import that rows are applied to; used by the workspace's writer only.
final class RunningImport {
  let definition: ImportDefinition
  let observer: @Sendable (ImportEvent) -> Void
  let merge: MemberMerge
  /// What undoing it needs, until it is written with its rows.
  let undo: UndoLog
  /// The ledger's number.
  let seq: Int64
  let roleID: Int64
  let startedAt: Int64
  /// What is decided, and what of it is durable.
  var progress: ImportProgress
  var cellByteCount: UInt64
  private var durableCellByteCount: UInt64
  private var durableCounts: ImportCounts
  /// Faults that the ledger has, and those that wait for the next commit.
  var ledgerFaultCount: Int
  /// Why it takes no more rows.
  var end: End?

  enum End {
    case finished
    case stopped
    case failed(StoreError)
  }

  init(
    definition: ImportDefinition, seq: Int64, roleID: Int64, start: ImportStart,
    ledgerFaultCount: Int, nextImagePlace: Int64 = 0,
    observer: @escaping @Sendable (ImportEvent) -> Void
  ) {
    self.definition = definition
    self.seq = seq
    self.roleID = roleID
    self.observer = observer
    self.ledgerFaultCount = ledgerFaultCount
    startedAt = start.record.startedAt
    progress = start.record.progress
    durableCounts = start.record.progress.counts
    cellByteCount = start.cellByteCount
    durableCellByteCount = start.cellByteCount
    undo = UndoLog(nextPlace: nextImagePlace)
    merge = MemberMerge(
      plan: definition.plan, options: definition.options, catalogue: definition.catalogue)
  }

  /// The row expected next, from 0.
  var nextRow: UInt64 { progress.counts.received }

  var isStopped: Bool {
    if case .stopped = end { true } else { false }
  }

  /// What the ledger is to say of it.
  var ledgerState: ImportRecord.State {
    switch end {
    case .finished: .finished
    case .stopped: .stopped
    case .failed, nil: .open
    }
  }

  /// All that is decided survives a power loss.
  func commit() {
    progress.committed = progress.counts.received
    durableCounts = progress.counts
    durableCellByteCount = cellByteCount
    undo.commit()
  }

  /// What was decided since the last commit did not happen.
  func rollback() {
    progress.counts = durableCounts
    cellByteCount = durableCellByteCount
    undo.rollback()
  }
}
