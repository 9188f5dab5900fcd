internal import Glibc
internal import MusterCore

/// The present day.
enum Today {
  /// The day in UTC, after which no date of birth may lie.
  static func utc() -> CalendarDay { CalendarDay(daysSinceEpoch: time(nil) / 86_400) }
}
