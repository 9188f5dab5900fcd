extension FaultHint {
  /// The hint for a cell that is no date, or one after the last day that is allowed.
  public static func date(_ value: borrowing Span<UInt8>, today: CalendarDay?) -> String {
    let bytes = Excerpt.bytes(value)
    let inner = Array(bytes[BlankRule.trimmed(bytes.span)])
    guard !inner.isEmpty else { return "only white space; leave the cell blank" }
    if inner.count < bytes.count, DateRule.accepts(inner.span, notAfter: today) {
      return outerSpace(bytes)
    }
    if let day = DateRule.day(inner.span) {
      return "\(day) lies in the future"
    }
    return impossibleDay(inner) ?? timeOfDay(inner) ?? plainNumber(inner) ?? otherOrder(inner)
      ?? writeAsISO(nil)
  }

  /// The hint for `YYYY-MM-DD` that no calendar has.
  private static func impossibleDay(_ bytes: [UInt8]) -> String? {
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
      let day = number(bytes[8..<10])
    else { return nil }
    guard year > 0 else { return "years go from 0001 to 9999" }
    guard (1...12).contains(month) else {
      let swapped = CalendarDay(year: year, month: day, day: month)
      let wanted = "there is no month \(month)"
      return swapped.map { "\(wanted); perhaps \($0) was meant" } ?? wanted
    }
    guard day > 0 else { return "there is no day 0" }
    let count = CalendarDay.dayCount(ofMonth: month, year: year)
    return "\(monthNames[month - 1]) \(year) has \(count) days"
  }

  private static func timeOfDay(_ bytes: [UInt8]) -> String? {
    guard bytes.count > 10, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " ") else {
      return nil
    }
    let date = bytes[..<10]
    return DateRule.day(date.span).map { "leave out the time: \($0)" }
  }

  /// The hint for `19800615`, a year alone, and the serial number of a spreadsheet.
  private static func plainNumber(_ bytes: [UInt8]) -> String? {
    let whole = bytes.prefix { $0 != UInt8(ascii: ".") }
    guard let number = number(whole) else { return nil }
    switch whole.count {
    case 8 where bytes.count == 8:
      return writeAsISO(
        CalendarDay(year: number / 10_000, month: number / 100 % 100, day: number % 100))
    case 5:
      // Serial 25569 is 1970-01-01 where 1900 is counted as a leap year, as spreadsheets do.
      let day = CalendarDay(daysSinceEpoch: number - 25_569)
      return "a spreadsheet turned this date into a number; " + writeAsISO(day)
    default: return nil
    }
  }

  /// The hint for numbers in another order or with other separators: `06/15/1980`, `1980-6-5`.
  private static func otherOrder(_ bytes: [UInt8]) -> String? {
    let separators = [UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: " ")]
    let texts = bytes.split { separators.contains($0) }
    let numbers = texts.compactMap { number($0) }
    guard texts.count == 3, numbers.count == 3 else { return nil }
    if texts[0].count == 4 {
      return writeAsISO(CalendarDay(year: numbers[0], month: numbers[1], day: numbers[2]))
    }
    if texts[2].count == 2, numbers[0] <= 31, numbers[1] <= 31 {
      return "\(writeAsISO(nil)), with all four digits of the year"
    }
    guard texts[2].count == 4 else { return nil }
    let monthFirst = CalendarDay(year: numbers[2], month: numbers[0], day: numbers[1])
    let dayFirst = CalendarDay(year: numbers[2], month: numbers[1], day: numbers[0])
    if bytes.contains(UInt8(ascii: ".")) { return writeAsISO(dayFirst ?? monthFirst) }
    if let monthFirst, let dayFirst, monthFirst != dayFirst {
      return "\(writeAsISO(nil)): \(monthFirst) or \(dayFirst)"
    }
    return writeAsISO(monthFirst ?? dayFirst)
  }

  private static func writeAsISO(_ day: CalendarDay?) -> String {
    let wanted = "write it as YYYY-MM-DD"
    return day.map { "\(wanted): \($0)" } ?? wanted
  }

  /// The number that up to eight digits write.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard (1...8).contains(digits.count) else { return nil }
    return DateRule.number(in: digits.span, 0..<digits.count)
  }

  private static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
}
