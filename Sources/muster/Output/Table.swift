internal import MusterCore

/// Rows of text in aligned columns.
struct Table {
  private var rows: [[TerminalText]]

  init(header: [String]) { rows = [header.map { TerminalText($0) }] }

  mutating func add(_ row: [String]) { rows.append(row.map { TerminalText($0) }) }

  /// The table, one row a line, without space at the end of a line.
  func lines() -> [TerminalText] {
    var widths: [Int] = []
    for row in rows {
      for (place, cell) in row.enumerated() {
        if place == widths.count { widths.append(0) }
        widths[place] = max(widths[place], cell.count)
      }
    }
    return rows.map { row in
      let shownCount = (row.lastIndex { !$0.isEmpty } ?? -1) + 1
      var line: TerminalText = ""
      for (place, cell) in row.prefix(shownCount).enumerated() {
        line += place + 1 < shownCount ? cell.padded(to: widths[place] + 2) : cell
      }
      return line
    }
  }
}
