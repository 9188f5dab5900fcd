internal import MusterClient
internal import Synchronization

/// Follows a running import: tells the user, and collects the rejected rows.
final class ImportMonitor: Sendable {
  private struct State {
    var reporter: any ImportReporter
    var rejects: any Rejects
    /// The row whose faults are coming in; the next message may bring more of them.
    var open: RejectedRow?
    var importID: String?
    var progress = ImportProgress()
  }

  private let lines: SharedLines
  private let state: Mutex<State>

  init(lines: SharedLines, reporter: sending any ImportReporter, rejects: sending any Rejects) {
    self.lines = lines
    state = Mutex(State(reporter: reporter, rejects: rejects))
  }

  /// The import's id and the rows that were durable at the last progress; nil before it began.
  var standing: (importID: String, committed: UInt64)? {
    state.withLock { state in
      state.importID.map { ($0, state.progress.committed) }
    }
  }

  /// Takes the next event of the import.
  func received(_ event: ImportEvent) throws {
    try state.withLock { state in
      switch event {
      case .accepted(let accepted):
        state.importID = accepted.importID
        state.progress = accepted.progress
        if accepted.nextRow > 0 { state.rejects.resume(atRow: accepted.nextRow) }
        try state.reporter.started(accepted)
      case .progress(let progress):
        try closeRow(&state, decided: state.progress.counts.received)
        state.progress = progress
        state.rejects.forget(rowsBefore: progress.counts.received)
        try state.reporter.progressed(progress)
      case .faults(let faults):
        for fault in faults { try add(fault, &state) }
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
  func finished(_ summary: ImportSummary, rejectsPath: String?) throws {
    try state.withLock { try $0.reporter.finished(summary, rejectsPath: rejectsPath) }
  }

  /// Makes room for the reason of a failure.
  func failed() {
    state.withLock { $0.reporter.failed() }
  }

  private func add(_ fault: RowFault, _ state: inout State) throws {
    let line = lines.line(ofRow: fault.row)
    try state.reporter.found(fault, line: line)
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
