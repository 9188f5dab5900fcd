import MusterCore
import Testing

struct FaultHintTests {
  @Test(
    "an email's hint says what is wrong with it",
    arguments: [
      ("no-at-sign", "there is no @; an email looks like name@example.org"),
      ("two@@signs.org", "there are 2 @, where an email has one"),
      ("a@b.c, d@e.f", "there are 2 addresses; write one in a cell"),
      (" spaced@mail.org", "leading space; take it out, or let normalize trim it"),
      ("spaced@mail.org\u{A0}", "trailing space; take it out, or let normalize trim it"),
      (" spaced@mail.org ", "leading and trailing space; take it out, or let normalize trim it"),
      ("dot.@mail.org", "the part before the @ ends with a dot; perhaps dot@mail.org was meant"),
      (".dot@mail.org", "the part before the @ begins with a dot; perhaps dot@mail.org was meant"),
      (
        "d..t@mail.org",
        "the part before the @ has two dots in a row; perhaps d.t@mail.org was meant"
      ),
      ("a@b", "the domain \"b\" has no dot; a domain looks like example.org"),
      ("a@b.c.", "the domain ends with a dot; perhaps a@b.c was meant"),
      (
        "a@b,org",
        "the character \",\" is not allowed in a domain; perhaps a@b.org was meant"
      ),
      ("a,b@c,d@e", "there are 2 addresses; write one in a cell"),
      ("a@", "there is nothing after the @; an email looks like name@example.org"),
      ("@b.c", "there is nothing before the @; an email looks like name@example.org"),
      ("a@b_c.de", "the character \"_\" is not allowed in a domain"),
      ("a(b@c.de", "the character \"(\" is not allowed before the @"),
      ("a b@c.de", "there is a space inside; an email has none"),
      (
        "a. b @ c .de", "there is a space inside; an email has none; perhaps a.b@c.de was meant"
      ),
      ("a\u{2003}b@c.de", "there is white space inside (U+2003); take it out"),
      ("a\u{7}b@c.de", "there is a control character inside (U+0007); take it out"),
      ("\"a\"@c.de", "there are quotes before the @; write the address without them"),
      ("a@[1.2.3.4]", "the domain is an address in brackets; write its name, such as example.org"),
      ("a@-b.c", "a part of the domain begins or ends with a hyphen"),
      (
        "Anna <anna@mail.org>",
        "there is a name or < > around the address; write anna@mail.org alone"
      ),
      ("Anna <anna>", "there is a name or < > around the address; write the address alone"),
      ("mailto:anna@mail.org", "there is mailto: before the address; write anna@mail.org alone"),
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
      (
        "5551234567",
        "\"5551234567\" does not begin with +; a phone is + and the country code, then the number"
      ),
      (
        "1 (555) 123-4567",
        "\"1 (555) 123-4567\" does not begin with +; if that has its country code, write "
          + "+15551234567"
      ),
      (
        "017012345678",
        "\"017012345678\" does not begin with +; a phone is + and the country code, then the "
          + "number"
      ),
      ("001 555 123-4567", "it begins with 00; write + in its place: +15551234567"),
      ("00", "\"00\" does not begin with +; a phone is + and the country code, then the number"),
      (
        "+1 (555) 123-4567",
        "there are spaces, dashes, dots or brackets inside; write +15551234567, or let normalize "
          + "take them out"
      ),
      ("+0123456789", "there is a 0 after the +; no country code begins with 0"),
      (
        "4.41E+11",
        "a spreadsheet turned this phone into 4.41E+11; format the column as text "
          + "and enter it again"
      ),
      (
        "4,41E+11",
        "a spreadsheet turned this phone into 4,41E+11; format the column as text "
          + "and enter it again"
      ),
      (
        "15551234567.0",
        "a spreadsheet turned this phone into 15551234567.0; format the column as text "
          + "and enter it again"
      ),
      ("+123", "3 digits, where a phone has 7 to 15"),
      ("+1", "1 digit, where a phone has 7 to 15"),
      ("+1234567890123456", "16 digits, where a phone has 7 to 15"),
      ("+15551234567 x89", "\"x\" is not a digit; a phone has nothing but digits after the +"),
      (
        "+15551234567, +15551234568",
        "there is a comma or semicolon inside; write one phone in a cell"
      ),
      ("+15551234567 ", "trailing space; take it out, or let normalize trim it"),
    ])
  func phoneHint(_ text: String, _ hint: String) {
    #expect(check(text, FaultHint.phone) == hint)
  }

  @Test(
    "a date's hint says what is wrong with it",
    arguments: [
      ("1980-02-30", "there is no day 30; February 1980 has 29 days"),
      ("1900-02-29", "there is no day 29; February 1900 has 28 days"),
      ("1980-01-00", "there is no day 0; January 1980 has 31 days"),
      ("1980-00-10", "there is no month 0; months go from 01 to 12"),
      ("1980-13-32", "there is no month 13; months go from 01 to 12"),
      ("1980-15-06", "there is no month 15; perhaps 1980-06-15 was meant"),
      ("0000-01-01", "there is no year 0; years go from 0001 to 9999"),
      ("06/15/1980", "\"06/15/1980\" is not YYYY-MM-DD; write 1980-06-15"),
      ("15/06/1980", "\"15/06/1980\" is not YYYY-MM-DD; write 1980-06-15"),
      ("15.06.1980", "\"15.06.1980\" is not YYYY-MM-DD; write 1980-06-15"),
      ("05/06/1980", "\"05/06/1980\" is not YYYY-MM-DD; write 1980-05-06 or 1980-06-05"),
      ("05.06.1980", "\"05.06.1980\" is not YYYY-MM-DD; write 1980-06-05"),
      ("1980-6-5", "\"1980-6-5\" is not YYYY-MM-DD; write 1980-06-05"),
      ("15/6/80", "\"15/6/80\" has a year of two digits; write 1980-06-15"),
      ("6/15/80", "\"6/15/80\" has a year of two digits; write 1980-06-15"),
      ("6/15/20", "\"6/15/20\" has a year of two digits; write 1920-06-15 or 2020-06-15"),
      ("5/6/20", "\"5/6/20\" has a year of two digits; write all four, as YYYY-MM-DD"),
      ("15.06.80", "\"15.06.80\" has a year of two digits; write 1980-06-15"),
      ("98/76/54", "\"98/76/54\" is not YYYY-MM-DD, such as 1980-06-15"),
      ("19800615", "\"19800615\" is not YYYY-MM-DD; write 1980-06-15"),
      ("1980", "\"1980\" is not YYYY-MM-DD, such as 1980-06-15"),
      ("June 15", "\"June 15\" is not YYYY-MM-DD, such as 1980-06-15"),
      ("1980-06-15T00:00:00Z", "there is a time behind it; leave it out: 1980-06-15"),
      ("29387", "a spreadsheet turned this date into 29387; write 1980-06-15"),
      ("29387.5", "a spreadsheet turned this date into 29387.5; write 1980-06-15"),
      ("2999-01-01", "2999-01-01 lies in the future; write a day up to today"),
      (" 1980-06-15", "leading space; take it out, or let normalize trim it"),
    ])
  func dateHint(_ text: String, _ hint: String) {
    let today = CalendarDay(year: 2025, month: 1, day: 1)
    #expect(check(text) { FaultHint.date($0, today: today) } == hint)
  }

  @Test(
    "a truth value's hint names the likely one",
    arguments: [
      ("yes", "\"yes\" is not true or false; write true, false, 1 or 0, here probably true"),
      ("Y", "\"Y\" is not true or false; write true, false, 1 or 0, here probably true"),
      ("no", "\"no\" is not true or false; write true, false, 1 or 0, here probably false"),
      ("OFF", "\"OFF\" is not true or false; write true, false, 1 or 0, here probably false"),
      ("2", "\"2\" is not true or false; write true, false, 1 or 0"),
      (" ", "only white space; leave the cell blank"),
      ("true ", "trailing space; take it out, or let normalize trim it"),
    ])
  func booleanHint(_ text: String, _ hint: String) {
    #expect(check(text, FaultHint.boolean) == hint)
  }

  @Test(
    "a label's hint names the nearest known one",
    arguments: [
      ("dono", "\"dono\" is no known label; did you mean \"donor\"?"),
      ("VIP", "\"VIP\" is no known label; did you mean \"vip\"?"),
      ("no-such-label", "no known label is like \"no-such-label\"; create it first or correct it"),
      (
        "Is This One?",
        "\"Is This One?\" is no label: one is made of a-z, 0-9, _ and -, and has at most 64 of them"
      ),
    ])
  func labelHint(_ text: String, _ hint: String) {
    #expect(check(text) { FaultHint.label($0, known: ["donor", "vip"]) } == hint)
    let first = "there are no labels yet; create \"first\" first"
    #expect(check("first") { FaultHint.label($0, known: []) } == first)
  }

  @Test(
    "a form value's hint says what its type wants",
    arguments: [
      ("large", .number, "\"large\" is not a number, such as 12 or -12.5"),
      ("1,5", .number, "\"1,5\" has a comma or a space in it; write 1.5"),
      ("1,234", .number, "\"1,234\" has a comma or a space in it; write 1.234 or 1234"),
      ("1,234,567", .number, "\"1,234,567\" has a comma or a space in it; write 1234567"),
      ("1 234", .number, "\"1 234\" has a comma or a space in it; write 1234"),
      ("12 ", .number, "trailing space; take it out, or let normalize trim it"),
      (
        "yes", .boolean,
        "\"yes\" is not true or false; write true, false, 1 or 0, here probably true"
      ),
      ("06/15/1980", .date, "\"06/15/1980\" is not YYYY-MM-DD; write 1980-06-15"),
      (
        "6/15/80", .date, "\"6/15/80\" has a year of two digits; write 1980-06-15 or 2080-06-15"
      ),
      ("a@b", .email, "the domain \"b\" has no dot; a domain looks like example.org"),
      (
        "Red", .choice(["blue", "red"]),
        "\"Red\" is none of the choices; did you mean \"red\"? write one of blue, red"
      ),
      (
        "bleu", .choice(["blue", "red"]),
        "\"bleu\" is none of the choices; did you mean \"blue\"? write one of blue, red"
      ),
      (
        "pink", .choice(["blue", "red"]), "\"pink\" is none of the choices; write one of blue, red"
      ),
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
    #expect(
      FaultHint.tooLong(cellBytes: 70, max: 64)
        == "70 bytes, where at most 64 are allowed (limits.cellBytes)")
    #expect(
      FaultHint.tooLong(cellBytes: 65, max: 64)
        == "more than 64 bytes, where at most 64 are allowed (limits.cellBytes)")
    #expect(
      FaultHint.tooLong(rowBytes: 65, max: 64)
        == "the row has 65 bytes, where at most 64 are allowed (limits.rowBytes)")
    #expect(FaultHint.cellCount(found: 1, wanted: 12) == "1 cell, 12 columns: 11 too few")
    #expect(
      FaultHint.cellCount(found: 3, wanted: 1)
        == "3 cells, 1 column: 2 too many; in CSV a cell with the delimiter in it needs quotes")
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
