/// Moments as RFC 3339 writes them in UTC.
public enum UTCTime {
  /// Seconds since 1970 as a text, such as `2026-03-01T12:00:00Z`.
  public static func text(_ seconds: Int64) -> String {
    let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let second = seconds - day * 86_400
    let parts = [second / 3_600, second / 60 % 60, second % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return "\(CalendarDay(daysSinceEpoch: Int(day)))T\(parts.joined(separator: ":"))Z"
  }
}
