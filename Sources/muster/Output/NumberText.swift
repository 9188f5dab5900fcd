/// Numbers as people read them.
enum NumberText {
  /// A count with a comma between thousands.
  static func count(_ number: UInt64) -> String {
    var text: [Character] = []
    for (place, digit) in String(number).reversed().enumerated() {
      if place > 0 && place % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// A count and what it counts, "1 row" or "2 rows".
  static func count(_ number: UInt64, _ noun: String) -> String {
    "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  /// Seconds as "0.25 s", "4 s", "2 min 5 s" or "1 h 3 min".
  static func duration(seconds: Double) -> String {
    let seconds = max(0, min(seconds, 1e9))
    if seconds < 10 {
      let hundredths = UInt64((seconds * 100).rounded())
      let rest = hundredths % 100
      return rest == 0
        ? "\(hundredths / 100) s" : "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
    }
    let whole = UInt64(seconds.rounded(.up))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
