import MusterCore
import Testing

struct FieldRuleTests {
  @Test(
    "a phone is + and 7 to 15 digits, the first not 0",
    arguments: [
      ("+1234567", true), ("+123456789012345", true), ("+123456", false),
      ("+1234567890123456", false), ("5551234567", false), ("+1 (555) 123-4567", false),
      ("+0123456789", false), ("4.41E+11", false), ("+123", false), ("+", false), ("", false),
      ("+1234567a", false), ("++1234567", false), ("+12345６7", false),
    ])
  func phones(_ text: String, _ isAccepted: Bool) {
    #expect(check(text, PhoneRule.accepts) == isAccepted)
  }

  @Test(
    "normalising takes spaces, dashes, dots and brackets out of a phone with +",
    arguments: [
      ("+1 (555) 123-4567", "+15551234567"), ("+49.30.1234567", "+49301234567"),
      ("+[1]5551234567", "+15551234567"), ("+44\u{A0}20\u{2011}79460958", "+442079460958"),
      ("+44 20x", "+4420x"), ("+15551234567", nil), ("555 1234567", nil), ("", nil), ("+é€", nil),
    ] as [(String, String?)])
  func strippedPhones(_ text: String, _ stripped: String?) {
    #expect(check(text, PhoneRule.strip) == stripped.map { Array($0.utf8) })
  }

  @Test(
    "a date is a day of the calendar as YYYY-MM-DD",
    arguments: [
      ("1980-06-15", true), ("2000-02-29", true), ("2024-02-29", true), ("1900-02-29", false),
      ("2023-02-29", false), ("1980-02-30", false), ("1980-04-31", false), ("1980-12-31", true),
      ("0001-01-01", true), ("9999-12-31", true), ("0000-01-01", false), ("1980-00-10", false),
      ("1980-13-10", false), ("1980-01-00", false), ("1980-01-32", false), ("06/15/1980", false),
      ("1980-6-5", false), ("1980/06/15", false), ("1980-06-15 ", false), ("19800615", false),
      ("+980-06-15", false), ("", false), ("198a-06-15", false), ("1980-06-1é", false),
    ])
  func dates(_ text: String, _ isAccepted: Bool) {
    #expect((check(text, DateRule.day) != nil) == isAccepted)
    #expect(check(text) { DateRule.accepts($0, notAfter: nil) } == isAccepted)
  }

  @Test(
    "a date of birth is not after the last day",
    arguments: [
      ("2024-02-28", true), ("2024-02-29", true), ("2024-03-01", false), ("2025-01-01", false),
      ("2999-01-01", false), ("2023-12-31", true), ("2024-02-30", false),
    ])
  func lastDay(_ text: String, _ isAccepted: Bool) {
    let today = CalendarDay(year: 2024, month: 2, day: 29)
    #expect(check(text) { DateRule.accepts($0, notAfter: today) } == isAccepted)
  }

  @Test("days since the epoch are the days that follow each other")
  func daysSinceEpoch() {
    #expect(CalendarDay(daysSinceEpoch: 0).description == "1970-01-01")
    #expect(CalendarDay(daysSinceEpoch: -1).description == "1969-12-31")
    #expect(CalendarDay(daysSinceEpoch: 19_782).description == "2024-02-29")
    #expect(CalendarDay(daysSinceEpoch: 11_016).description == "2000-02-29")
    #expect(CalendarDay(daysSinceEpoch: -719_162).description == "0001-01-01")
    for days in -30_000..<60_000 {
      let day = CalendarDay(daysSinceEpoch: days)
      #expect(day < CalendarDay(daysSinceEpoch: days + 1))
      #expect(CalendarDay(year: day.year, month: day.month, day: day.day) == day)
    }
  }

  @Test(
    "a truth value is true, false, 1 or 0 in any letter case",
    arguments: [
      ("true", true), ("TRUE", true), ("tRuE", true), ("1", true), ("false", false),
      ("FALSE", false), ("False", false), ("0", false), ("yes", nil), ("no", nil), ("2", nil),
      ("", nil), ("true ", nil), ("t", nil), ("01", nil), ("fals\u{5}", nil), ("tru%", nil),
      ("\u{14}rue", nil), ("falsé", nil),
    ] as [(String, Bool?)])
  func booleans(_ text: String, _ value: Bool?) {
    #expect(check(text, BooleanRule.value) == value)
  }

  @Test(
    "a slug begins with a letter or digit and has at most 64 bytes",
    arguments: [
      ("a", true), ("0", true), ("event-2024", true), ("a_b-", true), (letters(64), true),
      (letters(65), false), ("", false), ("-a", false), ("_a", false), ("A", false), ("aB", false),
      ("a b", false), ("a.b", false), ("é", false), ("a/", false), ("a:", false), ("a{", false),
      ("a`", false),
    ])
  func slugs(_ text: String, _ isAccepted: Bool) {
    #expect(SlugRule.accepts(text) == isAccepted)
    #expect(check(text, SlugRule.accepts) == isAccepted)
  }

  @Test(
    "a cell of labels is its slugs without what is around them",
    arguments: [
      ("vip", ["vip"]), ("vip,donor", ["vip", "donor"]), ("vip;donor", ["vip", "donor"]),
      (" vip ;\tdonor , ", ["vip", "donor"]), ("", []), (" ", []), (",;,", []), (",vip,,", ["vip"]),
      ("no such, vip", ["no such", "vip"]), ("vip,vip", ["vip", "vip"]),
    ] as [(String, [String])])
  func labelCells(_ text: String, _ slugs: [String]) {
    let bytes = Array(text.utf8)
    var found: [String] = []
    LabelCell.forEachSlug(in: bytes.span) {
      found.append(String(decoding: bytes[$0], as: UTF8.self))
    }
    #expect(found == slugs)
  }

  @Test(
    "a number is ASCII digits with sign, fraction and exponent",
    arguments: [
      ("0", true), ("-12.5e3", true), ("+1", true), ("007", true), ("1.", true), (".5", true),
      ("1E+9", true), ("1e-9", true), ("", false), ("-", false), (".", false), ("1e", false),
      ("1e+", false), ("e5", false), ("1.2.3", false), ("1,5", false), (" 1", false), ("1 ", false),
      ("inf", false), ("nan", false), ("0x10", false), ("--1", false), ("1_000", false),
      ("１", false),
      ("-.e1", false), ("large", false), ("1%5", false),
    ])
  func numbers(_ text: String, _ isAccepted: Bool) {
    #expect(check(text, NumberRule.accepts) == isAccepted)
  }

  @Test(
    "a form value suits its type",
    arguments: [
      ("anything", .text, true), ("12", .number, true), ("large", .number, false),
      ("TRUE", .boolean, true), ("yes", .boolean, false), ("2999-01-01", .date, true),
      ("2999-02-29", .date, false), ("a@b.c", .email, true), ("a@b", .email, false),
      ("red", .choice(["blue", "red"]), true), ("Red", .choice(["blue", "red"]), false),
      ("", .choice([]), false), ("größe", .choice(["größe"]), true),
    ] as [(String, FormFieldType, Bool)])
  func formValues(_ text: String, _ type: FormFieldType, _ isAccepted: Bool) {
    #expect(check(text) { FormValueRule.accepts($0, type: type) } == isAccepted)
  }

  @Test(
    "trimming takes ASCII white space and the no-break space off both ends",
    arguments: [
      ("", ""), ("a", "a"), (" a b ", "a b"), ("\t\r\na\u{A0} ", "a"), ("\u{A0}", ""), (" \n", ""),
      ("\u{A0} a\u{A0}b", "a\u{A0}b"), ("\u{2003}a", "\u{2003}a"), ("à", "à"),
      ("\u{60}à ", "\u{60}à"),
    ])
  func trimming(_ text: String, _ trimmed: String) {
    let bytes = Array(text.utf8)
    #expect(Array(bytes[BlankRule.trimmed(bytes.span)]) == Array(trimmed.utf8))
  }
}
