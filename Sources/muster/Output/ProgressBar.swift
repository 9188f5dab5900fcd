internal import MusterCore

/// A line on standard error that shows how far an import is.
struct ProgressBar {
  private let totalRows: UInt64?
  private let takesColor = Terminal.takesColor
  private let takesControls = Terminal.takesControls
  private let start = ContinuousClock.now
  /// Rows that an earlier run had brought: they say nothing about the rate.
  private let firstRow: UInt64
  private var shownCount = 0
  /// What is counted.
  private let noun: String

  init(totalRows: UInt64?, firstRow: UInt64, noun: String = "rows") {
    self.totalRows = totalRows
    self.firstRow = firstRow
    self.noun = noun
  }

  /// Seconds since the bar was made.
  var elapsedSeconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  /// Draws the line again.
  ///
  /// - Parameter waits: Whether nothing moves until the daemon is back.
  mutating func show(rowCount: UInt64, waits: Bool = false) {
    let text =
      waits
      ? "\(NumberText.count(rowCount)) rows, waiting for the daemon" : text(rowCount: rowCount)
    let width = max(Terminal.width(2) - 1, 10)
    draw(text.count <= width ? bar(rowCount, beside: text, width: width) : "", text, width: width)
  }

  /// Takes the line away.
  mutating func clear() {
    draw("", "", width: shownCount)
    Diagnostics.write("\r")
  }

  private func text(rowCount: UInt64) -> String {
    let seconds = elapsedSeconds
    let rate = seconds > 0 ? Double(rowCount - min(firstRow, rowCount)) / seconds : 0
    var text = "\(NumberText.count(rowCount))"
    if let totalRows { text += " of \(NumberText.count(totalRows))" }
    text += " \(noun), \(NumberText.count(UInt64(rate))) \(noun)/s"
    if let totalRows, totalRows > rowCount, rate >= 1 {
      text +=
        ", \(NumberText.duration(seconds: (Double(totalRows - rowCount) / rate).rounded(.up))) left"
    }
    if let totalRows, totalRows > 0 { text = "\(min(rowCount * 100 / totalRows, 100)) %  " + text }
    return text
  }

  private func bar(_ rowCount: UInt64, beside text: String, width: Int) -> TerminalText {
    let room = min(width - text.count - 4, 40)
    guard let totalRows, totalRows > 0, room >= 10 else { return "" }
    let filled = Int(UInt64(room) * min(rowCount, totalRows) / totalRows)
    let done = String(repeating: "#", count: filled)
    let rest = String(repeating: ".", count: room - filled)
    return takesColor ? "[\u{1B}[32m\(done)\u{1B}[0m\(rest)]  " : "[\(done)\(rest)]  "
  }

  private mutating func draw(_ bar: TerminalText, _ text: String, width: Int) {
    let text = String(text.prefix(width))
    let count = (bar.isEmpty ? 0 : min(width - text.count - 4, 40) + 4) + text.count
    // What a key echoed (^C) goes too where that can be said.
    let rest: TerminalText =
      takesControls
      ? "\u{1B}[K" : TerminalText(String(repeating: " ", count: max(shownCount - count, 0)))
    shownCount = count
    Diagnostics.write("\r\(bar)\(text)\(rest)")
  }
}
