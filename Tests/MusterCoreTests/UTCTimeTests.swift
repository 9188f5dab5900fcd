import MusterCore
import Testing

/// Moments, against dates known from elsewhere.
@Suite struct UTCTimeTests {
  @Test(arguments: [
    (Int64(0), "1970-01-01T00:00:00Z"), (1_700_000_000, "2023-11-14T22:13:20Z"),
    (951_827_696, "2000-02-29T12:34:56Z"), (86_399, "1970-01-01T23:59:59Z"),
    (-1, "1969-12-31T23:59:59Z"), (-86_400, "1969-12-31T00:00:00Z"),
    (253_402_300_799, "9999-12-31T23:59:59Z"),
  ])
  func `seconds are written as a time in UTC`(_ seconds: Int64, _ text: String) {
    #expect(UTCTime.text(seconds) == text)
  }
}
