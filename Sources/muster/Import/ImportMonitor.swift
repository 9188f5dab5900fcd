internal import MusterClient
internal import Synchronization

internal import struct MusterCore.ToldFaults

/// Follows an import over all its streams: tells the user, and collects the rejected rows.
final class ImportMonitor: Sendable {
  struct State {
    var reporter: any ImportReporter
    var rejects: any Rejects
    /// The row whose faults are coming in; the next message may bring more of them.
    var open: RejectedRow?
    var importID: String?
    var progress = ImportProgress()
    var told = ToldFaults()
    /// What the ledger brings of an import that goes on; nil before and after.
    var recovery: FaultRecovery?
    /// Whether all faults before the row at which the import first went on were seen to.
    var hasCaughtUp = false
  }

  let lines: SharedLines
  private let spool: PipeSpool?
  let state: Mutex<State>

  init(
    lines: SharedLines, spool: PipeSpool?, reporter: sending any ImportReporter,
    rejects: sending any Rejects
  ) {
    self.lines = lines
    self.spool = spool
    state = Mutex(State(reporter: reporter, rejects: rejects))
  }

  /// The import's id and the rows that were durable at the last progress; nil before it began.
  var standing: (importID: String, committed: UInt64)? {
    state.withLock { state in
      state.importID.map { ($0, state.progress.committed) }
    }
  }

  /// The faults that a preview has shown.
  var foretold: FaultDigest? { state.withLock { $0.reporter.foretold } }

  /// Takes the next event of the import; after the one that accepts it come ``lacksFaults(_:)`` and
  /// ``caughtUp(_:)``.
  func received(_ event: ImportEvent) throws {
    try state.withLock { state in
      switch event {
      case .accepted(let accepted): try accept(accepted, &state)
      case .progress(let progress):
        try closeRow(&state, decided: progress.counts.received)
        try advance(to: progress, &state)
        try state.reporter.progressed(progress)
      case .faults(let faults):
        for fault in faults { try add(fault, &state) }
        try state.reporter.paused()
      case .changes(let changes):
        for change in changes {
          try state.reporter.changed(change, line: lines.line(ofRow: change.row))
        }
        try state.reporter.paused()
      }
    }
  }

  /// Writes the rejects file when no more faults will come, however the import ended.
  ///
  /// - Returns: Whether there is one.
  func finishRejects() throws -> Bool {
    try state.withLock { state in
      try closeRow(&state, decided: .max)
      return try state.rejects.finish()
    }
  }

  /// Tells the user how it ended.
  ///
  /// - Returns: How many rejected rows the rejects file lacks: those whose faults the daemon had
  ///   found when nobody was there to hear of them.
  func finished(_ summary: ImportSummary, rejectsPath: String?) throws -> UInt64 {
    try state.withLock { state in
      try state.reporter.finished(summary, rejectsPath: rejectsPath)
      let rejected = summary.progress.counts.rejected
      return rejected - min(state.rejects.rowCount ?? rejected, rejected)
    }
  }

  /// Rows that are durable were read, and can be written out if they are rejected.
  func settle() throws {
    try state.withLock { try settle(&$0) }
  }

  /// Tells the user that the import is broken off, and will be gone on with after a pause.
  func waits(_ outage: Outage) throws {
    try state.withLock { try $0.reporter.waits(outage, $0.progress) }
  }

  /// Makes room for the reason of a failure.
  func failed() {
    state.withLock { $0.reporter.failed() }
  }

  private func accept(_ accepted: ImportAccepted, _ state: inout State) throws {
    state.told.startAgain()
    try state.rejects.goOn(atRow: accepted.nextRow)
    let isFirst = state.importID == nil
    state.importID = accepted.importID
    try isFirst ? state.reporter.started(accepted) : state.reporter.resumed(accepted)
  }

  func advance(to progress: ImportProgress, _ state: inout State) throws {
    state.progress = progress
    state.told.committed(rowsBefore: progress.committed)
    try settle(&state)
  }

  private func settle(_ state: inout State) throws {
    // A pipe that is piped in again brings rows that have long been durable.
    let row = min(state.progress.committed, lines.rowCount)
    try state.rejects.committed(rowsBefore: row)
    spool?.forget(rowsBefore: row)
  }

  private func add(_ fault: RowFault, _ state: inout State) throws {
    let line = lines.line(ofRow: fault.row)
    if state.told.isNew(row: fault.row) { try state.reporter.found(fault, line: line) }
    if state.open?.row == fault.row {
      state.open?.add(fault)
    } else {
      try closeRow(&state, decided: .max)
      state.open = RejectedRow(fault, line: line ?? 0)
    }
  }

  /// Hands on the open row if it is one of the rows decided: no more faults of it will come.
  private func closeRow(_ state: inout State, decided: UInt64) throws {
    guard let row = state.open, row.row <= decided else { return }
    try state.rejects.add(row)
    state.open = nil
  }
}
