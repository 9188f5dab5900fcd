internal import MusterClient
internal import MusterCore

/// A preview as people read it: counts, the first changes, the first new members, faults.
struct PreviewPage {
  var source: String
  var summary: ImportSummary
  var sample: ChangeSample
  var faultLines: [TerminalText]
  var rejectsPath: String?
  /// Columns of the terminal; longer lines are cut.
  var width: Int
  var takesColor: Bool

  private var counts: ImportCounts { summary.progress.counts }

  /// The lines of the page.
  func lines() -> [TerminalText] {
    let title: TerminalText =
      "Preview of \(source): \(NumberText.count(counts.received, "row")) for "
      + "workspace \(summary.workspace); nothing is changed."
    var lines = [title, ""] + countLines() + changeLines() + createdLines()
    if !faultLines.isEmpty {
      lines += ["", summary.state == .refused ? "Faults:" : "Faults of the rejected rows:"]
      lines += faultLines
    }
    if let rejectsPath { lines.append("Rejected rows: \(rejectsPath)") }
    lines += endLines()
    return lines
  }

  private func countLines() -> [TerminalText] {
    var rows = [
      ("create", counts.created), ("update", counts.updated), ("unchanged", counts.unchanged),
      ("reject", counts.rejected),
    ]
    rows += [
      ("repeats", counts.repeats), ("identifier changes", counts.identifierChanges),
      ("normalized cells", counts.normalized), ("opt-ins", counts.optIns),
      ("opt-outs", counts.optOuts),
    ].filter { $0.1 > 0 }
    let names = rows.map { $0.0.count }.max() ?? 0
    let numbers = rows.map { NumberText.count($0.1).count }.max() ?? 0
    return rows.map { name, count in
      let number = NumberText.count(count)
      let gap = String(repeating: " ", count: numbers - number.count)
      return "  \(TerminalText(name).padded(to: names))  \(gap)\(number)"
    }
  }

  private func changeLines() -> [TerminalText] {
    guard !sample.updated.isEmpty else { return [] }
    var lines: [TerminalText] = ["", heading("Changes", sample.updated.count, of: counts.updated)]
    for row in sample.updated {
      let member = row.change.member
      let who = member == 0 ? "a member that this import makes" : "member \(member)"
      lines.append("  \(row.place), \(who)")
      let fields = row.change.fields.prefix(CommandBounds.previewFieldsMax)
      let names = fields.map { TerminalText($0.column).count }.max() ?? 0
      for field in fields { lines.append(line(of: field, names: names)) }
      let more = row.change.fields.count - fields.count
      if more > 0 { lines.append("    and \(NumberText.count(UInt64(more), "field")) more") }
    }
    return lines
  }

  /// A field with what it holds and would hold; both are cut alike if there is no room for them.
  private func line(of field: FieldChange, names: Int) -> TerminalText {
    let name: TerminalText = "    \(TerminalText(field.column).padded(to: names))  "
    let room = max(min(width, 10_000) - name.count - 4, 16)
    var (old, new) = (text(field.old), text(field.new))
    if old.count + new.count > room {
      let half = room / 2
      old = old.cut(to: max(half, room - new.count))
      new = new.cut(to: room - old.count)
    }
    guard takesColor else { return "\(name)\(old) -> \(new)" }
    return "\(name)\u{1B}[31m\(old)\u{1B}[0m -> \u{1B}[32m\(new)\u{1B}[0m"
  }

  private func text(_ value: [UInt8]) -> TerminalText {
    value.isEmpty ? "(none)" : TerminalText(VisibleText.escaped(bytes: value))
  }

  private func createdLines() -> [TerminalText] {
    guard !sample.created.isEmpty else { return [] }
    let places = sample.created.map { $0.place.count }.max() ?? 0
    let rows = sample.created.map { row in
      let values = row.change.fields.map { text($0.new) }.joined(separator: ", ")
      return cut("  \(TerminalText(row.place).padded(to: places))  \(values)")
    }
    return ["", heading("New members", sample.created.count, of: counts.created)] + rows
  }

  private func heading(_ name: String, _ shown: Int, of all: UInt64) -> TerminalText {
    shown < all ? "\(name), the first \(shown) of \(NumberText.count(all)):" : "\(name):"
  }

  private func endLines() -> [TerminalText] {
    switch summary.state {
    case .refused:
      [
        "", "Nothing would be imported: it is all or nothing, and there are faults.",
        "Correct \(source), and import it again.",
      ]
    case .stopped:
      [
        "",
        "The import would stop at row \(NumberText.count(counts.received)), after "
          + "\(NumberText.count(counts.faults, "fault")) (--max-faults).",
      ]
    default: [""]
    }
  }

  private func cut(_ line: TerminalText) -> TerminalText { line.cut(to: max(width, 20)) }
}
