internal import MusterClient
internal import MusterCore
internal import Synchronization

/// Prints what a check finds, as it is found.
final class CheckPrinter: Sendable {
  private let format: OutputFormat
  private let bar = Mutex<ProgressBar?>(nil)

  init(_ format: OutputFormat) { self.format = format }

  func show(_ progress: CheckProgress) throws {
    guard Terminal.isTerminal(2) else { return }
    bar.withLock { bar in
      var shown =
        bar ?? ProgressBar(totalRows: progress.memberTotal, firstRow: 0, noun: "members")
      shown.show(rowCount: progress.members)
      bar = shown
    }
  }

  private func clear() { bar.withLock { $0?.clear() } }

  func print(_ finding: CheckFinding) throws {
    clear()
    var object = JSONObject()
    object.add("type", "finding")
    object.add("rule", finding.rule)
    object.add("message", finding.message)
    object.add("count", finding.count)
    object.add("members", finding.members)
    object.add("import_ids", finding.imports)
    object.add("details", finding.details)
    try Listing.print(format, Self.text(finding), object)
  }

  /// A line for the rule, and one for each kind of example.
  private static func text(_ finding: CheckFinding) -> TerminalText {
    var text: TerminalText =
      "\(finding.message) (\(finding.rule), \(NumberText.count(finding.count)) x)"
    let examples = [
      ("members", finding.members.map { String($0) }), ("imports", finding.imports),
      ("", finding.details),
    ]
    for (what, list) in examples where !list.isEmpty {
      text += "; \(what)\(what.isEmpty ? "" : " ")\(list.joined(separator: ", "))"
    }
    return text
  }

  func finish(_ summary: CheckSummary) throws {
    clear()
    var object = JSONObject()
    object.add("type", "summary")
    object.add("members", summary.members)
    object.add("imports", summary.imports)
    object.add("findings", summary.findings)
    object.add("index_compared", summary.indexCompared)
    object.add("workspace", summary.workspace)
    object.add("store", summary.store)
    let what =
      summary.findings == 0
      ? "is sound" : "breaks \(NumberText.count(summary.findings, "rule"))"
    try Listing.print(
      format,
      "The store \(summary.store) \(what): \(NumberText.count(summary.members, "member")) and "
        + "\(NumberText.count(summary.imports, "import")) checked.", object)
  }
}
