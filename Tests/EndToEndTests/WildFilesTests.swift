import Foundation
import MusterTestSupport
import Testing

/// Files as programs and people leave them: what is read, what is refused, and in which words.
@Suite(.timeLimit(.minutes(3))) struct WildFilesTests {
  /// A file and what importing it must come to.
  struct WildFile: Sendable {
    var says: String
    var bytes: [UInt8]
    var options: [String] = []
    /// Rows that are stored, and rows that are rejected; nil for a file that is refused.
    var rows: [Int]?
    /// What the errors, or the first fault's hint, must hold.
    var phrases: [String] = []

    init(
      _ says: String, _ bytes: [UInt8], _ options: [String] = [], rows: [Int]?, _ phrases: String...
    ) {
      self.says = says
      self.bytes = bytes
      self.options = options
      self.rows = rows
      self.phrases = phrases
    }

    init(
      _ says: String, _ text: String, _ options: [String] = [], rows: [Int]?, _ phrases: String...
    ) {
      self.init(says, Array(text.utf8), options, rows: rows)
      self.phrases = phrases
    }
  }

  private static let ignoring = ["--ignore-unknown-columns"]

  private static func utf16(_ mark: [UInt8], isLittle: Bool) -> [UInt8] {
    mark + Array("email\na@x.org\n".utf8).flatMap { isLittle ? [$0, 0] : [0, $0] }
  }

  private static func manyColumns(_ count: Int) -> String {
    let names = ["email"] + (1..<count).map { "c\($0)" }
    return names.joined(separator: ",") + "\na@x.org" + String(repeating: ",", count: count - 1)
  }

  static let read: [WildFile] = [
    WildFile("a byte order mark", "\u{FEFF}email,name\na@x.org,A\n", rows: [1, 0]),
    WildFile("CRLF", "email,name\r\na@x.org,A\r\nb@x.org,B\r\n", rows: [2, 0]),
    WildFile("CR", "email,name\ra@x.org,A\rb@x.org,B", rows: [2, 0]),
    WildFile("mixed ends", "email,name\r\na@x.org,A\rb@x.org,B\nc@x.org,C", rows: [3, 0]),
    WildFile("quoted newlines", "email,name\na@x.org,\"A\r\nB\"\nb@x.org,\"\n\"\n", rows: [2, 0]),
    WildFile("semicolons", "email;name\na@x.org;A\n", ["--delimiter", ";"], rows: [1, 0]),
    WildFile("tabs", "email\tname\na@x.org\tA\n", ["--delimiter", "tab"], rows: [1, 0]),
    WildFile("a header alone", "email,name\n", rows: [0, 0]),
    WildFile("one column", "email\na@x.org\n", rows: [1, 0]),
    WildFile("1,000 columns", manyColumns(1_000), ignoring, rows: [1, 0]),
    WildFile("quotes around everything", "\"email\",\"name\"\n\"a@x.org\",\"A\"\n", rows: [1, 0]),
    WildFile("a delimiter at every end", "email,name,\na@x.org,A,\n", ignoring, rows: [1, 0]),
    WildFile("blank lines before the header", "\n\r\n\nemail,name\na@x.org,A\n", rows: [1, 0]),
    WildFile(
      "no-break spaces around names", "\u{A0}email\u{A0},Name \na@x.org,A\n", rows: [1, 0]),
  ]

  static let rejected: [WildFile] =
    [
      WildFile(
        "Latin-1", Array("email,name\na@x.org,Andr".utf8) + [0xE9, 0x0A], rows: [0, 1],
        "byte 5 is 0xE9", "Windows-1252", "iconv -f WINDOWS-1252 -t UTF-8"),
      WildFile("NUL", "email,name\na@x.org,A\0B\n", rows: [0, 1], "byte 2 is a NUL"),
      WildFile(
        "a short row", "email,name\na@x.org\nb@x.org,B\n", rows: [1, 1], "1 cell, 2 columns"),
      WildFile("a long row", "email,name\na@x.org,A,B\n", rows: [0, 1], "3 cells, 2 columns"),
      WildFile("a damaged phone", "phone\n4.41E+11\n", rows: [0, 1], "a spreadsheet turned"),
      WildFile("one with a comma", "phone\n\"4,41E+11\"\n", rows: [0, 1], "a spreadsheet turned"),
      WildFile("one with a zero", "phone\n15551234567.0\n", rows: [0, 1], "a spreadsheet turned"),
    ]
    + [
      ("15/06/1980", "1980-06-15"), ("6/15/1980", "1980-06-15"),
      ("6/15/80", "a year of two digits; write 1980-06-15"),
      ("15.6.80", "a year of two digits; write 1980-06-15"),
      ("29387", "a spreadsheet turned this date into 29387; write 1980-06-15"),
      ("1980-06-15 00:00:00", "there is a time behind it; leave it out: 1980-06-15"),
    ].map { date, phrase in
      WildFile("the date \(date)", "email,date_of_birth\na@x.org,\(date)\n", rows: [0, 1], phrase)
    }

  static let refused: [WildFile] = [
    WildFile("an empty file", "", rows: nil, "no header", "must name the columns"),
    WildFile("blank lines alone", "\n\n", rows: nil, "no header"),
    WildFile(
      "no header", "a@x.org,Anna\nb@x.org,Bob\n", rows: nil, "Unknown column \"a@x.org\"",
      "The first line must name the columns"),
    WildFile(
      "semicolons that nobody told", "email;name\na@x.org;A\n", rows: nil,
      "--delimiter ';'"),
    WildFile("tabs that nobody told", "email\tname\na@x.org\tA\n", rows: nil, "--delimiter tab"),
    WildFile(
      "commas that nobody told", "email,name\na@x.org,A\n", ["--delimiter", ";"], rows: nil,
      "--delimiter ','"),
    WildFile("UTF-16 LE", utf16([0xFF, 0xFE], isLittle: true), rows: nil, "save it as UTF-8"),
    WildFile("UTF-16 BE", utf16([0xFE, 0xFF], isLittle: false), rows: nil, "save it as UTF-8"),
    WildFile("UTF-16 LE, no mark", utf16([], isLittle: true), rows: nil, "save it as UTF-8"),
    WildFile("UTF-16 BE, no mark", utf16([], isLittle: false), rows: nil, "save it as UTF-8"),
    WildFile("an unclosed quote", "email\na@x.org\n\"b\nc\n", rows: nil, "opens on line 3"),
    WildFile("text after a quote", "email,name\n\"a\"b,c\n", rows: nil, "On line 2"),
    WildFile("1,001 columns", manyColumns(1_001), ignoring, rows: nil, "Too many columns: 1001"),
    WildFile(
      "a delimiter at every end", "email,name,\na@x.org,A,\n", rows: nil, "Column 3 has no name"),
  ]

  /// Imports a file, or the same bytes from a pipe.
  private func run(
    _ given: WildFile, _ installation: Installation, isPipe: Bool
  ) async throws -> CommandResult {
    let path = installation.directory + "/wild.csv"
    try Data(given.bytes).write(to: URL(fileURLWithPath: path))
    let options = ["--output", "ndjson"] + given.options
    guard isPipe else {
      return try await installation.result(installation.start(["import", path] + options))
    }
    let cat = try installation.start(["import", "-"] + options, input: .pipe)
    cat.write(String(decoding: given.bytes, as: UTF8.self))
    cat.closeInput()
    return await installation.result(cat)
  }

  @Test(arguments: [false, true])
  func `what can be read is read, from a file and from a pipe`(_ isPipe: Bool) async throws {
    try await Installation.with { installation, _ in
      for given in Self.read {
        let result = try await run(given, installation, isPipe: isPipe)
        #expect(result.exitCode == 0, "\(given.says): \(result.errors)")
        let summary = try result.object("summary")
        #expect(summary.count("received") == given.rows?[0], "\(given.says)")
      }
    }
  }

  @Test func `a bad cell rejects its row, and its hint says what would be right`() async throws {
    try await Installation.with { installation, _ in
      for given in Self.rejected {
        let result = try await run(given, installation, isPipe: false)
        #expect(result.exitCode == 2, "\(given.says): \(result.errors)")
        let summary = try result.object("summary")
        let (received, rejected) = (summary.count("received"), summary.count("rejected"))
        #expect([received - rejected, rejected] == given.rows, "\(given.says)")
        let hint = try result.object("fault")["hint"] as? String ?? ""
        for phrase in given.phrases {
          #expect(hint.contains(phrase), "\(given.says): \(hint)")
        }
      }
    }
  }

  @Test func `a file that is broken as a whole is refused, with what to do`() async throws {
    try await Installation.with { installation, _ in
      for given in Self.refused {
        let result = try await run(given, installation, isPipe: false)
        #expect(result.exitCode == 1, "\(given.says): \(result.output)")
        #expect(result.output.isEmpty, "\(given.says)")
        for phrase in given.phrases {
          #expect(result.errors.contains(phrase), "\(given.says): \(result.errors)")
        }
      }
      #expect(CSVRecords.parse(try await installation.run("export").output).count == 1)
    }
  }
}
