internal import MusterClient
internal import MusterCore

/// Faults grouped by their text: how many, and the first few.
struct FaultDigest: Equatable {
  private struct Group: Equatable {
    var count: UInt64 = 0
    var examples: [TerminalText] = []
  }

  private var groups: [FaultCode: Group] = [:]

  mutating func add(_ fault: RowFault, line: Int?) {
    groups[fault.code, default: Group()].count += 1
    guard groups[fault.code]?.examples.count ?? 0 < CommandBounds.faultExamplesMax else { return }
    groups[fault.code]?.examples.append(Self.example(fault, line: line))
  }

  /// The groups in lines, the largest first.
  func lines() -> [TerminalText] {
    let sorted = groups.sorted { left, right in
      left.value.count != right.value.count
        ? left.value.count > right.value.count : left.key.text < right.key.text
    }
    var lines: [TerminalText] = []
    for (code, group) in sorted {
      lines.append("  \(NumberText.count(group.count)) x \(code.text)")
      lines += group.examples.map { "      \($0)" }
      let more = group.count - UInt64(group.examples.count)
      if more > 0 { lines.append("      and \(NumberText.count(more)) more") }
    }
    return lines
  }

  private static func example(_ fault: RowFault, line: Int?) -> TerminalText {
    var text: TerminalText = line.map { "line \($0)" } ?? "row \(fault.row)"
    if let column = fault.column { text += ", \(column)" }
    if let hint = fault.hint { text += ": \(hint)" }
    return text
  }
}
