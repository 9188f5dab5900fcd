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
  /// The role of new members.
  var roleID: Int64
  let startedAt: Int64
  /// What is decided, and what of it is durable.
  var progress: ImportProgress
  var cellByteCount: UInt64
  private var durableCellByteCount: UInt64
  /// The digest of the rows that are decided; nil if an older version began the import.
  var rowDigest: RowDigest?
  private var durableRowDigest: RowDigest?
  private var durableCounts: ImportCounts
  /// Faults that the ledger has, and those that wait for the next commit.
  var ledgerFaultCount: Int
  /// Why it takes no more rows.
  var end: End?
  /// Writes down what its rows would change; of a preview only.
  var recorder: ChangeRecorder?

  enum End {
    case finished
    case stopped
    /// It is all or nothing, and a row had a fault.
    case refused
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
    rowDigest = start.rowDigest
    durableRowDigest = start.rowDigest
    undo = UndoLog(nextPlace: nextImagePlace)
    merge = MemberMerge(
      plan: definition.plan, options: definition.options, catalogue: definition.catalogue)
  }

  /// The row expected next, from 0.
  var nextRow: UInt64 { progress.counts.received }

  var isStopped: Bool {
    if case .stopped = end { true } else { false }
  }

  /// Whether all rows are applied at once, when they have come; nobody is told of a part then.
  var isSpooled: Bool { definition.options.isSpooled }

  /// What the ledger is to say of it.
  var ledgerState: ImportRecord.State {
    switch end {
    case .finished: .finished
    case .stopped: .stopped
    case .refused: .refused
    case .failed, nil: .open
    }
  }

  /// All that is decided survives a power loss.
  func commit() {
    progress.committed = progress.counts.received
    durableCounts = progress.counts
    durableCellByteCount = cellByteCount
    durableRowDigest = rowDigest
    undo.commit()
  }

  /// Nothing of it is applied, because of its faults: every row that was decided is rejected.
  ///
  /// - Parameter counts: What was decided, before it was taken back.
  func refuse(_ counts: ImportCounts) {
    progress.counts = ImportCounts()
    progress.counts.rejected = counts.received
    progress.counts.faults = counts.faults
  }

  /// What was decided since the last commit did not happen.
  func rollback() {
    progress.counts = durableCounts
    cellByteCount = durableCellByteCount
    rowDigest = durableRowDigest
    undo.rollback()
  }
}
