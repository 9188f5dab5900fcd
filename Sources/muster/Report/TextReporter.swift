internal import MusterClient
internal import MusterCore

/// Tells people: a bar while it runs, then what happened in plain words.
struct TextReporter: ImportReporter {
  private let source: String
  private let totalRows: UInt64?
  private let hasRejectsPath: Bool
  /// The faults that a preview has listed.
  private let shown: FaultDigest?
  private var bar: ProgressBar?
  private var digest = FaultDigest()
  private let start = ContinuousClock.now
  private var firstRow: UInt64 = 0

  init(source: String, totalRows: UInt64?, hasRejectsPath: Bool, shown: FaultDigest?) {
    self.source = source
    self.totalRows = totalRows
    self.hasRejectsPath = hasRejectsPath
    self.shown = shown
  }

  mutating func started(_ accepted: ImportAccepted) {
    firstRow = accepted.nextRow
    guard Terminal.isTerminal(2) else { return }
    bar = ProgressBar(totalRows: totalRows, firstRow: accepted.nextRow)
    bar?.show(rowCount: accepted.progress.counts.received)
  }

  mutating func waits(_ outage: Outage, _ progress: ImportProgress) {
    if outage.attempt == 0 {
      bar?.clear()
      let seconds = NumberText.duration(seconds: (outage.limit - outage.elapsed) / .seconds(1))
      Diagnostics.note("\(outage.reason)\nTrying to go on for up to \(seconds).")
    }
    bar?.show(rowCount: progress.counts.received, waits: true)
  }

  mutating func resumed(_ accepted: ImportAccepted) {
    if bar == nil { Diagnostics.note("The import goes on at row \(accepted.nextRow + 1).") }
    bar?.show(rowCount: accepted.progress.counts.received)
  }

  mutating func progressed(_ progress: ImportProgress) {
    bar?.show(rowCount: progress.counts.received)
  }

  mutating func found(_ fault: RowFault, line: Int?) { digest.add(fault, line: line) }

  mutating func changed(_ change: RowChange, line: Int?) {}

  mutating func paused() {}

  mutating func failed() {
    bar?.clear()
    bar = nil
  }

  mutating func finished(_ summary: ImportSummary, rejectsPath: String?) throws {
    bar?.clear()
    bar = nil
    var sink = ByteSink.standardOutput()
    for line in lines(summary, rejectsPath) {
      sink.append(line)
    }
    try sink.flush()
  }

  private func lines(_ summary: ImportSummary, _ rejectsPath: String?) -> [TerminalText] {
    let counts = summary.progress.counts
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let rate = seconds > 0 ? Double(counts.received - min(firstRow, counts.received)) / seconds : 0
    if summary.state == .refused { return refusedLines(summary, rejectsPath) }
    var lines: [TerminalText] = [
      "Imported \(NumberText.count(counts.received, "row")) of "
        + "\(source) into workspace \(summary.workspace) in "
        + "\(NumberText.duration(seconds: seconds)) (\(NumberText.count(UInt64(rate))) rows/s).",
      "  created    \(NumberText.count(counts.created))",
      "  updated    \(NumberText.count(counts.updated))",
      "  unchanged  \(NumberText.count(counts.unchanged))",
      "  rejected   \(NumberText.count(counts.rejected))",
    ]
    if counts.repeats > 0 {
      lines.append(
        "\(NumberText.count(counts.repeats, "row")) repeated a member of this import.")
    }
    if counts.identifierChanges > 0 {
      lines.append(
        "\(NumberText.count(counts.identifierChanges, "identifier")) changed to another value.")
    }
    if counts.normalized > 0 {
      lines.append("\(NumberText.count(counts.normalized, "cell")) normalized.")
    }
    if counts.optIns + counts.optOuts > 0 {
      lines.append(
        "\(NumberText.count(counts.optIns, "opt-in")), "
          + "\(NumberText.count(counts.optOuts, "opt-out")).")
    }
    lines.append("Store: \(summary.store)")
    lines.append("Import: \(summary.importID)")
    if counts.rejected > 0 { lines += rejectedLines(rejectsPath) }
    return lines
  }

  private func refusedLines(_ summary: ImportSummary, _ rejectsPath: String?) -> [TerminalText] {
    var lines: [TerminalText] = [
      "Nothing of \(source) was imported: it is all or nothing, and it has "
        + "\(NumberText.count(summary.progress.counts.faults, "fault")).",
      "  rejected   \(NumberText.count(summary.progress.counts.rejected)), which is every row",
      "Store: \(summary.store)", "Import: \(summary.importID)", "Faults:",
    ]
    lines += digest.lines()
    if let rejectsPath {
      lines.append("Rows with faults: \(rejectsPath)")
    }
    lines.append("Correct them in \(source), and import it again.")
    return lines
  }

  private var faultsHeading: TerminalText {
    firstRow == 0
      ? "Faults of the rejected rows:" : "Faults that the interrupted command had not heard of:"
  }

  private func rejectedLines(_ rejectsPath: String?) -> [TerminalText] {
    // What has come as foretold was listed a moment ago.
    var lines: [TerminalText] = digest == shown ? [] : [faultsHeading] + digest.lines()
    if let rejectsPath {
      lines.append("Rejected rows: \(rejectsPath)")
      lines.append("Correct them there and import that file.")
    } else if !hasRejectsPath {
      lines.append("With --rejects FILE, rejected rows from a pipe are written to a file.")
    }
    return lines
  }
}
