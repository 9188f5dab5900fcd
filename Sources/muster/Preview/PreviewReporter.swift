internal import MusterClient
internal import MusterCore

/// Tells people what an import would do.
struct PreviewReporter: ImportReporter {
  private let source: String
  private var digest = FaultDigest()
  private var sample = ChangeSample()

  var foretold: FaultDigest? { digest }

  init(source: String) { self.source = source }

  mutating func started(_ accepted: ImportAccepted) {}
  mutating func waits(_ outage: Outage, _ progress: ImportProgress) {
    guard outage.attempt == 0 else { return }
    let seconds = NumberText.duration(seconds: (outage.limit - outage.elapsed) / .seconds(1))
    Diagnostics.note("\(outage.reason)\nTrying again for up to \(seconds).")
  }
  mutating func resumed(_ accepted: ImportAccepted) {}
  mutating func progressed(_ progress: ImportProgress) {}
  mutating func found(_ fault: RowFault, line: Int?) { digest.add(fault, line: line) }
  mutating func changed(_ change: RowChange, line: Int?) { sample.add(change, line: line) }
  mutating func paused() {}
  mutating func failed() {}

  mutating func finished(_ summary: ImportSummary, rejectsPath: String?) throws {
    let page = PreviewPage(
      source: source, summary: summary, sample: sample, faultLines: digest.lines(),
      rejectsPath: rejectsPath, width: Terminal.isTerminal(1) ? Terminal.width(1) : .max,
      takesColor: Terminal.isTerminal(1) && Terminal.takesColor)
    var sink = ByteSink.standardOutput()
    for line in page.lines() { sink.append(line) }
    try sink.flush()
  }
}
