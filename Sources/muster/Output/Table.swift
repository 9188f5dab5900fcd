/// Rows of text in aligned columns.
struct Table {
  private var rows: [[String]]

  init(header: [String]) { rows = [header] }

  mutating func add(_ row: [String]) { rows.append(row.map(Terminal.printable)) }

  /// The table, one row a line, without space at the end of a line.
  func bytes() -> [UInt8] {
    var widths: [Int] = []
    for row in rows {
      for (place, cell) in row.enumerated() {
        if place == widths.count { widths.append(0) }
        widths[place] = max(widths[place], cell.count)
      }
    }
    var bytes: [UInt8] = []
    for row in rows {
      let shownCount = (row.lastIndex { !$0.isEmpty } ?? -1) + 1
      for (place, cell) in row.prefix(shownCount).enumerated() {
        bytes += Array(cell.utf8)
        guard place + 1 < shownCount else { continue }
        bytes += [UInt8](repeating: 0x20, count: widths[place] - cell.count + 2)
      }
      bytes.append(0x0A)
    }
    return bytes
  }
}
