internal import MusterClient
internal import MusterCore

/// What a user is asked before an import.
struct PreviewQuestion {
  let text: TerminalText

  /// - Parameter summary: What the preview foretold; nil if there was none.
  init(name: String, totalRows: UInt64?, _ summary: ImportSummary?) {
    guard let summary else {
      let rows = totalRows.map { "the \(NumberText.count($0, "row")) of " } ?? ""
      text = "Import \(rows)\(name) without a preview?"
      return
    }
    let counts = summary.progress.counts
    let rows = NumberText.count(counts.received, "row")
    if counts.rejected == 0 {
      text = "Import \(counts.received == 1 ? "this row" : "these \(rows)")?"
    } else if counts.rejected == counts.received {
      text = "Every row has a fault. Import them all the same, to have a rejects file?"
    } else {
      let good = NumberText.count(counts.received - counts.rejected, "row")
      text =
        "Import the \(good) without a fault? \(NumberText.count(counts.rejected)) of \(rows) "
        + "\(counts.rejected == 1 ? "is" : "are") rejected."
    }
  }
}
