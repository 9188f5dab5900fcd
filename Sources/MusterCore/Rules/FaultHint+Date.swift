extension FaultHint {
  /// The hint for a cell that is no date, or one after the last day that is allowed.
  public static func date(_ value: borrowing Span<UInt8>, today: CalendarDay?) -> String {
    let bytes = Excerpt.bytes(value)
    let inner = Array(bytes[BlankRule.trimmed(bytes.span)])
    guard !inner.isEmpty else { return onlySpace }
    if inner.count < bytes.count, DateRule.accepts(inner.span, notAfter: today) {
      return outerSpace(bytes)
    }
    if let day = DateRule.day(inner.span) {
      return "\(day) lies in the future; write a day up to today"
    }
    return impossibleDay(inner) ?? timeOfDay(inner) ?? plainNumber(inner)
      ?? otherOrder(inner, today: today) ?? notISO(inner)
  }

  /// The hint for `YYYY-MM-DD` that no calendar has.
  private static func impossibleDay(_ bytes: [UInt8]) -> String? {
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
      let day = number(bytes[8..<10])
    else { return nil }
    guard year > 0 else { return "there is no year 0; years go from 0001 to 9999" }
    guard (1...12).contains(month) else {
      let swapped = CalendarDay(year: year, month: day, day: month)
      let found = "there is no month \(month)"
      return swapped.map { "\(found); perhaps \($0) was meant" }
        ?? "\(found); months go from 01 to 12"
    }
    let count = CalendarDay.dayCount(ofMonth: month, year: year)
    return "there is no day \(day); \(monthNames[month - 1]) \(year) has \(count) days"
  }

  private static func timeOfDay(_ bytes: [UInt8]) -> String? {
    guard bytes.count > 10, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " ") else {
      return nil
    }
    let date = bytes[..<10]
    return DateRule.day(date.span).map { "there is a time behind it; leave it out: \($0)" }
  }

  /// The hint for `19800615`, a year alone, and the serial number of a spreadsheet.
  private static func plainNumber(_ bytes: [UInt8]) -> String? {
    let whole = bytes.prefix { $0 != UInt8(ascii: ".") }
    guard let number = number(whole) else { return nil }
    switch whole.count {
    case 8 where bytes.count == 8:
      let day = CalendarDay(year: number / 10_000, month: number / 100 % 100, day: number % 100)
      return notISO(bytes, day.map { [$0] } ?? [])
    case 5:
      // Serial 25569 is 1970-01-01 where 1900 is counted as a leap year, as spreadsheets do.
      let day = CalendarDay(daysSinceEpoch: number - 25_569)
      return "a spreadsheet turned this date into \(Excerpt.printable(bytes)); write \(day)"
    default: return nil
    }
  }

  /// The hint for numbers in another order or with other separators: `06/15/1980`, `1980-6-5`.
  private static func otherOrder(_ bytes: [UInt8], today: CalendarDay?) -> String? {
    let separators = [UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: " ")]
    let texts = bytes.split { separators.contains($0) }
    let numbers = texts.compactMap { number($0) }
    guard texts.count == 3, numbers.count == 3 else { return nil }
    if texts[0].count == 4 {
      let day = CalendarDay(year: numbers[0], month: numbers[1], day: numbers[2])
      return notISO(bytes, day.map { [$0] } ?? [])
    }
    let isDotted = bytes.contains(UInt8(ascii: "."))
    switch texts[2].count {
    case 4: return notISO(bytes, days(numbers, year: numbers[2], isDotted: isDotted))
    case 2:
      let centuries = [1900, 2000].flatMap {
        days(numbers, year: $0 + numbers[2], isDotted: isDotted)
      }
      guard !centuries.isEmpty else { return nil }
      return shortYear(bytes, centuries.filter { day in today.map { day <= $0 } ?? true })
    default: return nil
    }
  }

  /// The days that a month and a day, in either order, may mean; with dots the day stands first.
  private static func days(_ numbers: [Int], year: Int, isDotted: Bool) -> [CalendarDay] {
    let monthFirst = CalendarDay(year: year, month: numbers[0], day: numbers[1])
    let dayFirst = CalendarDay(year: year, month: numbers[1], day: numbers[0])
    let isOne = isDotted || monthFirst == dayFirst
    return (isOne ? [dayFirst ?? monthFirst] : [monthFirst, dayFirst]).compactMap(\.self)
  }

  private static func shortYear(_ bytes: [UInt8], _ days: [CalendarDay]) -> String {
    let found = "\(Excerpt.quoted(bytes)) has a year of two digits; write "
    guard (1...2).contains(days.count) else { return found + "all four, as YYYY-MM-DD" }
    return found + either(days)
  }

  private static func notISO(_ bytes: [UInt8], _ days: [CalendarDay] = []) -> String {
    let found = "\(Excerpt.quoted(bytes)) is not YYYY-MM-DD"
    return days.isEmpty ? "\(found), such as 1980-06-15" : "\(found); write \(either(days))"
  }

  private static func either(_ days: [CalendarDay]) -> String {
    days.map(\.description).joined(separator: " or ")
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
