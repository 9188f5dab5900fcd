/// Whether a cell is a date: `YYYY-MM-DD`, a day that the Gregorian calendar has.
///
/// Source: Design, "Columns"; the calendar date of RFC 3339 5.6 (`full-date`), years 0001 to 9999.
public enum DateRule {
  /// The day that the text names, or nil if it names none.
  ///
  /// - Complexity: O(1), without allocating.
  public static func day(_ text: borrowing Span<UInt8>) -> CalendarDay? {
    guard text.count == 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else {
      return nil
    }
    guard let year = number(in: text, 0..<4), let month = number(in: text, 5..<7),
      let day = number(in: text, 8..<10)
    else { return nil }
    return CalendarDay(year: year, month: month, day: day)
  }

  /// Whether the text names a day, and none after the last day, if one is given.
  public static func accepts(
    _ text: borrowing Span<UInt8>, notAfter lastDay: CalendarDay?
  ) -> Bool {
    guard let day = day(text) else { return false }
    guard let lastDay else { return true }
    return day <= lastDay
  }

  /// The number that the bytes of the range write; nil if one is no digit.
  static func number(in text: borrowing Span<UInt8>, _ range: Range<Int>) -> Int? {
    var number = 0
    for offset in range {
      guard PhoneRule.isDigit(text[offset]) else { return nil }
      number = number &* 10 &+ Int(text[offset] &- UInt8(ascii: "0"))
    }
    return number
  }
}
