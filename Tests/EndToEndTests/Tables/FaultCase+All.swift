import MusterClient

extension FaultCase {
  /// At least one row for each code that a row can have.
  ///
  /// There are the labels vip and premium, a form patient whose id is required, member 1 with the
  /// email one@x.org and the id m1, and member 2 with the phone +15550000002.
  static let all = identifiers + labelsAndDates + forms + texts + members

  private static let identifiers = [
    FaultCase(
      .invalidEmail, "email", ["email": "carol@example"],
      hint: #"the domain "example" has no dot; a domain looks like example.org"#),
    FaultCase(
      .invalidEmail, "email", ["email": " carol@example.org"],
      hint: "leading space; take it out, or let normalize trim it"),
    FaultCase(
      .invalidEmail, "email", ["email": "carol@example.org\u{A0}"],
      hint: "trailing space; take it out, or let normalize trim it"),
    FaultCase(
      .invalidEmail, "email", ["email": "\"carol@example,org\""],
      hint: #"the character "," is not allowed in a domain; perhaps carol@example.org was meant"#),
    FaultCase(
      .invalidPhone, "phone", ["phone": "4.41E+11"],
      hint: "a spreadsheet turned this phone into 4.41E+11; format the column as text and enter it "
        + "again"),
    FaultCase(
      .invalidPhone, "phone", ["phone": "0015551234567"],
      hint: "it begins with 00; write + in its place: +15551234567"),
    FaultCase(
      .invalidPhone, "phone", ["phone": "+1 (555) 123-4567"],
      hint: "there are spaces, dashes, dots or brackets inside; write +15551234567, or let "
        + "normalize take them out"),
    FaultCase(
      .noIdentifier, nil, ["name": "Never"],
      hint: "email, phone and external_id are blank; give one of them"),
    FaultCase(
      .noIdentifier, nil, ["email": "NULL"],
      hint: "the row clears identifiers and gives none; give one that the member keeps",
      ["--clear-token", "NULL"]),
  ]

  private static let labelsAndDates = [
    FaultCase(
      .unknownLabel, "labels", ["labels": "vip;premum"],
      hint: #""premum" is no known label; did you mean "premium"?"#),
    FaultCase(
      .unknownLabel, "labels", ["labels": "quarterly"],
      hint: #"no known label is like "quarterly"; create it first or correct it"#),
    FaultCase(
      .invalidDate, "date_of_birth", ["date_of_birth": "15/06/1980"],
      hint: #""15/06/1980" is not YYYY-MM-DD; write 1980-06-15"#),
    FaultCase(
      .invalidDate, "date_of_birth", ["date_of_birth": "6/15/80"],
      hint: #""6/15/80" has a year of two digits; write 1980-06-15"#),
    FaultCase(
      .invalidDate, "date_of_birth", ["date_of_birth": "29387"],
      hint: "a spreadsheet turned this date into 29387; write 1980-06-15"),
    FaultCase(
      .invalidDate, "date_of_birth", ["date_of_birth": "1980-02-30"],
      hint: "there is no day 30; February 1980 has 29 days"),
    FaultCase(
      .invalidDate, "date_of_birth", ["date_of_birth": "9999-01-01"],
      hint: "9999-01-01 lies in the future; write a day up to today"),
    FaultCase(
      .invalidBoolean, "notify_sms", ["notify_sms": "yes"],
      hint: #""yes" is not true or false; write true, false, 1 or 0, here probably true"#),
  ]

  private static let forms = [
    FaultCase(
      .invalidFormValue, "form.patient.blood",
      ["form.patient.id": "p", "form.patient.blood": "a+"],
      hint: #""a+" is none of the choices; did you mean "A+"? write one of A+, B+, O+"#),
    FaultCase(
      .invalidFormValue, "form.patient.weight",
      ["form.patient.id": "p", "form.patient.weight": "\"61,5\""],
      hint: #""61,5" has a comma or a space in it; write 61.5"#),
    FaultCase(
      .invalidFormValue, "form.patient.id", ["form.patient.weight": "61.5"],
      hint: "form.patient.id has no value, and must have one once a row sets a field of its form"),
  ]

  private static let texts = [
    FaultCase(
      .invalidUTF8, "name", bytes: ["name": Array("Andr".utf8) + [0xE9]],
      hint: "byte 5 is 0xE9, which is not UTF-8; a file in Windows-1252 or Latin-1 looks like "
        + "this; convert it: iconv -f WINDOWS-1252 -t UTF-8"),
    FaultCase(
      .nulCharacter, "name", ["name": "A\0B"], hint: "byte 2 is a NUL character; take it out"),
    FaultCase(
      .valueTooLong, "name", ["name": String(repeating: "n", count: 65_537)],
      hint: "more than 65536 bytes, where at most 65536 are allowed (limits.cellBytes)"),
    FaultCase(.wrongCellCount, moreCells: -2, hint: "8 cells, 10 columns: 2 too few"),
    FaultCase(
      .wrongCellCount, moreCells: 1,
      hint: "11 cells, 10 columns: 1 too many; in CSV a cell with the delimiter in it needs quotes"
    ),
  ]

  private static let members = [
    FaultCase(
      .identifierConflict, nil, ["email": "ONE@x.org", "phone": "+15550000002"],
      hint: "email is member 1, phone is member 2; correct or leave out the one that is wrong"),
    FaultCase(
      .repeatedRow, nil, ["external_id": "good", "name": "Never"],
      hint: "an earlier row of this import has made or changed member GOOD; keep one row of it",
      ["--reject-repeats"]),
    FaultCase(
      .identifierChange, "email", ["external_id": "m1", "email": "never@x.org"],
      hint: "the member has another email, and strict identity keeps it; leave the cell blank",
      ["--strict-identity"]),
  ]
}
