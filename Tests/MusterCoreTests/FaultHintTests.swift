import MusterCore
import Testing

struct FaultHintTests {
  @Test(
    "an email's hint says what is wrong with it",
    arguments: [
      ("no-at-sign", "there is no @; an email looks like name@example.org"),
      ("two@@signs.org", "there are 2 @, where an email has one"),
      ("a@b.c, d@e.f", "write one address in a cell"),
      (" spaced@mail.org", "leading space; take it out, or let normalize trim it"),
      ("spaced@mail.org\u{A0}", "trailing space; take it out, or let normalize trim it"),
      (" spaced@mail.org ", "leading and trailing space; take it out, or let normalize trim it"),
      ("dot.@mail.org", "the part before the @ ends with a dot"),
      (".dot@mail.org", "the part before the @ begins with a dot"),
      ("d..t@mail.org", "the part before the @ has two dots in a row"),
      ("a@b", "the domain \"b\" has no dot; a domain looks like example.org"),
      ("a@b.c.", "the domain ends with a dot"),
      ("a@", "there is nothing after the @"),
      ("@b.c", "there is nothing before the @"),
      ("a@b_c.de", "the character \"_\" is not allowed in a domain"),
      ("a(b@c.de", "the character \"(\" is not allowed before the @"),
      ("a b@c.de", "there is a space inside; an email has none"),
      ("a\u{2003}b@c.de", "there is white space inside (U+2003); take it out"),
      ("a\u{7}b@c.de", "there is a control character inside (U+0007); take it out"),
      ("\"a\"@c.de", "quotes before the @ are not supported"),
      ("a@[1.2.3.4]", "write the domain's name, not its address"),
      ("a@-b.c", "a part of the domain begins or ends with a hyphen"),
      ("Anna <anna@mail.org>", "write the address alone, without a name or < >: anna@mail.org"),
      ("mailto:anna@mail.org", "write the address alone, without mailto:"),
      ("\t", "only white space; leave the cell blank"),
      (letters(65) + "@b.c", "65 bytes before the @, where at most 64 are allowed"),
      ("a@" + letters(64) + ".c", "a part of the domain has more than 63 bytes"),
      ("a@" + letters(300) + ".c", "304 bytes, where an email has at most 254"),
    ])
  func emailHint(_ text: String, _ hint: String) {
    #expect(check(text, FaultHint.email) == hint)
  }

  @Test(
    "a phone's hint says what is wrong with it",
    arguments: [
      ("5551234567", "a phone starts with + and the country code"),
      ("0015551234567", "a phone starts with + and the country code; write + in place of 00"),
      ("+1 (555) 123-4567", "normalize removes spaces, dashes, dots and brackets"),
      ("+0123456789", "no country code begins with 0"),
      ("4.41E+11", "a spreadsheet turned this phone into a number; format the column as text"),
      ("4,41E+11", "a spreadsheet turned this phone into a number; format the column as text"),
      ("15551234567.0", "a spreadsheet turned this phone into a number; format the column as text"),
      ("+123", "3 digits, where a phone has 7 to 15"),
      ("+1", "1 digit, where a phone has 7 to 15"),
      ("+1234567890123456", "16 digits, where a phone has 7 to 15"),
      ("+15551234567 x89", "\"x\" is not a digit; a phone has nothing but digits after the +"),
      ("+15551234567, +15551234568", "write one phone in a cell"),
      ("+15551234567 ", "trailing space; take it out, or let normalize trim it"),
    ])
  func phoneHint(_ text: String, _ hint: String) {
    #expect(check(text, FaultHint.phone) == hint)
  }

  @Test(
    "a date's hint says what is wrong with it",
    arguments: [
      ("1980-02-30", "February 1980 has 29 days"),
      ("1900-02-29", "February 1900 has 28 days"),
      ("1980-00-10", "there is no month 0"),
      ("1980-15-06", "there is no month 15; perhaps 1980-06-15 was meant"),
      ("0000-01-01", "years go from 0001 to 9999"),
      ("06/15/1980", "write it as YYYY-MM-DD: 1980-06-15"),
      ("15.06.1980", "write it as YYYY-MM-DD: 1980-06-15"),
      ("05/06/1980", "write it as YYYY-MM-DD: 1980-05-06 or 1980-06-05"),
      ("1980-6-5", "write it as YYYY-MM-DD: 1980-06-05"),
      ("15/6/80", "write it as YYYY-MM-DD, with all four digits of the year"),
      ("6/15/80", "write it as YYYY-MM-DD, with all four digits of the year"),
      ("15.06.80", "write it as YYYY-MM-DD, with all four digits of the year"),
      ("98/76/54", "write it as YYYY-MM-DD"),
      ("19800615", "write it as YYYY-MM-DD: 1980-06-15"),
      ("1980", "write it as YYYY-MM-DD"),
      ("June 15", "write it as YYYY-MM-DD"),
      ("1980-06-15T00:00:00Z", "leave out the time: 1980-06-15"),
      ("29387", "a spreadsheet turned this date into a number; write it as YYYY-MM-DD: 1980-06-15"),
      ("2999-01-01", "2999-01-01 lies in the future"),
      (" 1980-06-15", "leading space; take it out, or let normalize trim it"),
    ])
  func dateHint(_ text: String, _ hint: String) {
    let today = CalendarDay(year: 2025, month: 1, day: 1)
    #expect(check(text) { FaultHint.date($0, today: today) } == hint)
  }

  @Test(
    "a truth value's hint names the likely one",
    arguments: [
      ("yes", "write true, false, 1 or 0, here probably true"),
      ("Y", "write true, false, 1 or 0, here probably true"),
      ("no", "write true, false, 1 or 0, here probably false"),
      ("OFF", "write true, false, 1 or 0, here probably false"),
      ("2", "write true, false, 1 or 0"),
      ("true ", "trailing space; take it out, or let normalize trim it"),
    ])
  func booleanHint(_ text: String, _ hint: String) {
    #expect(check(text, FaultHint.boolean) == hint)
  }

  @Test(
    "a label's hint names the nearest known one",
    arguments: [
      ("dono", "did you mean \"donor\"?"), ("VIP", "did you mean \"vip\"?"),
      ("no-such-label", "no known label is like \"no-such-label\"; create it first or correct it"),
      ("Is This One?", "a label is made of a-z, 0-9, _ and -, and has at most 64 of them"),
    ])
  func labelHint(_ text: String, _ hint: String) {
    #expect(check(text) { FaultHint.label($0, known: ["donor", "vip"]) } == hint)
    let first = "there are no labels yet; create this one first"
    #expect(check(text) { FaultHint.label($0, known: []) } == first)
  }

  @Test(
    "a form value's hint says what its type wants",
    arguments: [
      ("large", .number, "\"large\" is not a number, such as 12 or -12.5"),
      ("1,5", .number, "write a number with a dot and no comma, such as -12.5"),
      ("1,234,567", .number, "write a number without commas and spaces: 1234567"),
      ("12 ", .number, "trailing space; take it out, or let normalize trim it"),
      ("yes", .boolean, "write true, false, 1 or 0, here probably true"),
      ("06/15/1980", .date, "write it as YYYY-MM-DD: 1980-06-15"),
      ("a@b", .email, "the domain \"b\" has no dot; a domain looks like example.org"),
      ("Red", .choice(["blue", "red"]), "did you mean \"red\"? write one of blue, red"),
      ("bleu", .choice(["blue", "red"]), "did you mean \"blue\"? write one of blue, red"),
      ("pink", .choice(["blue", "red"]), "write one of blue, red"),
      ("x", .text, nil),
    ] as [(String, FormFieldType, String?)])
  func formValueHint(_ text: String, _ type: FormFieldType, _ hint: String?) {
    #expect(check(text) { FaultHint.formValue($0, type: type) } == hint)
  }

  @Test("faults of text, length and cell count say where and how much")
  func otherHints() {
    let latin: [UInt8] = [0x61, 0x62, 0xE9, 0x0B, 0x00]
    #expect(
      FaultHint.text(.invalidUTF8(offset: 2), in: latin.span)
        == "byte 3 is 0xE9, which is not UTF-8; a file in Windows-1252 or Latin-1 looks like this; "
        + "convert it: iconv -f WINDOWS-1252 -t UTF-8")
    #expect(
      FaultHint.text(.nul(offset: 4), in: latin.span) == "byte 5 is a NUL character; take it out")
    #expect(FaultHint.tooLong(count: 70, max: 64) == "70 bytes, where at most 64 are allowed")
    #expect(
      FaultHint.tooLong(count: 65, max: 64) == "more than 64 bytes, where at most 64 are allowed")
    #expect(FaultHint.cellCount(found: 1, wanted: 12) == "1 cell, 12 columns")
  }

  @Test("a hint is short whatever was sent, and repeats no control character")
  func hintsAreBounded() {
    let long = String(repeating: "a\u{1B}[31m", count: 10_000)
    let choices = (0..<1_000).map { "\($0)" + letters(1_000) }
    let type = FormFieldType.choice(choices)
    for prefix in ["", "+", "a@", "@", "<a", "1/"] {
      let hints: [String?] = [
        check(prefix + long, FaultHint.email), check(prefix + long, FaultHint.phone),
        check(prefix + long) { FaultHint.date($0, today: nil) },
        check(prefix + long, FaultHint.boolean),
        check(prefix + long) { FaultHint.label($0, known: choices) },
        check(prefix + long) { FaultHint.formValue($0, type: .number) },
        check(prefix + long) { FaultHint.formValue($0, type: type) },
      ]
      for hint in hints.compactMap(\.self) {
        #expect(hint.utf8.count <= 600)
        #expect(!hint.utf8.contains(0x1B))
      }
    }
  }
}
