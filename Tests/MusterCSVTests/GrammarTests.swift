import MusterCSV
import Testing

/// A file and what reading it must come to.
struct GrammarCase: Sendable, CustomTestStringConvertible {
  var says: String
  var file: [UInt8]
  var rows: [Row]

  init(_ says: String, _ file: String, _ rows: Row...) {
    self.says = says
    self.file = Array(file.utf8)
    self.rows = rows
  }

  var testDescription: String { says }
}

/// A file and why, and on which line, it must be refused.
struct RefusalCase: Sendable, CustomTestStringConvertible {
  var says: String
  var file: [UInt8]
  var code: CSVError.Code
  var line: Int

  init(_ says: String, _ file: String, _ code: CSVError.Code, line: Int) {
    self.init(says, Array(file.utf8), code, line: line)
  }

  init(_ says: String, _ file: [UInt8], _ code: CSVError.Code, line: Int) {
    self.says = says
    self.file = file
    self.code = code
    self.line = line
  }

  var testDescription: String { says }
}

@Suite("The grammar of CSV")
struct GrammarTests {
  static let read: [GrammarCase] = [
    GrammarCase("a header alone is one row", "a,b", Row(1, "a", "b")),
    GrammarCase("a last line end adds no row", "a\n1\n", Row(1, "a"), Row(2, "1")),
    GrammarCase("a last line may lack its end", "a\n1", Row(1, "a"), Row(2, "1")),
    GrammarCase(
      "LF, CRLF and CR each end a line, mixed", "a\nb\r\nc\rd",
      Row(1, "a"), Row(2, "b"), Row(3, "c"), Row(4, "d")),
    GrammarCase("a CR at the very end ends the line", "a\rb\r", Row(1, "a"), Row(2, "b")),
    GrammarCase("LF before CR is two line ends", "a\n\rb", Row(1, "a"), Row(3, "b")),
    GrammarCase("one UTF-8 mark is dropped", "\u{FEFF}a\n1", Row(1, "a"), Row(2, "1")),
    GrammarCase("a second mark is text", "\u{FEFF}\u{FEFF}a", Row(1, "\u{FEFF}a")),
    GrammarCase("a mark elsewhere is text", "a\n\u{FEFF}b", Row(1, "a"), Row(2, "\u{FEFF}b")),
    GrammarCase("a quote may follow the mark", "\u{FEFF}\"a,\"", Row(1, "a,")),
    GrammarCase("blank lines are skipped", "\n\r\n\ra\n\n\n1\n\n", Row(4, "a"), Row(7, "1")),
    GrammarCase("a line of spaces is a row", "a\n  \n1", Row(1, "a"), Row(2, "  "), Row(3, "1")),
    GrammarCase("an empty quoted cell is a row", "a\n\"\"\n", Row(1, "a"), Row(2, "")),
    GrammarCase("an empty quoted cell may end the file", "a\n\"\"", Row(1, "a"), Row(2, "")),
    GrammarCase("a delimiter alone is two blank cells", "a\n,\n", Row(1, "a"), Row(2, "", "")),
    GrammarCase("a delimiter may end the file", "a\n1,", Row(1, "a"), Row(2, "1", "")),
    GrammarCase(
      "quoted delimiters and newlines are kept", "a\n\"1,\r\n2\r3\n\",x\ny",
      Row(1, "a"), Row(2, "1,\r\n2\r3\n", "x"), Row(6, "y")),
    GrammarCase(
      "two quotes in quotes are one", "\"a\"\"b\",\"\"\"\",c,\"\"\"d\"\"\"\n",
      Row(1, "a\"b", "\"", "c", "\"d\"")),
    GrammarCase("a quote inside a plain cell is text", "a\"b,c\"\n", Row(1, "a\"b", "c\"")),
    GrammarCase("a space before a quote makes it text", "a, \"b\"\n", Row(1, "a", " \"b\"")),
    GrammarCase(
      "rows of any number of cells are passed on", "a,b\n1\n1,2,3\n",
      Row(1, "a", "b"), Row(2, "1"), Row(3, "1", "2", "3")),
    GrammarCase("spaces belong to their cell", " a , b \n", Row(1, " a ", " b ")),
    GrammarCase("NUL passes through", "a,b\nx\0y\n", Row(1, "a", "b"), Row(2, "x\0y")),
  ]

  @Test("A file is read as the grammar says", arguments: read)
  func reads(_ given: GrammarCase) {
    for pieces in [[.max], [1], [2], [3]] {
      #expect(readCSV(given.file, pieces: pieces) == Outcome(rows: given.rows))
    }
  }

  static let refused: [RefusalCase] = [
    RefusalCase(
      "an unclosed quote names where it opened", "a\n1\n2,\"x\ny\n", .unclosedQuote, line: 3),
    RefusalCase(
      "an unclosed quote after a quoted newline names its own line", "\"a\r\nb\",\"c",
      .unclosedQuote,
      line: 2),
    RefusalCase("a doubled quote does not close", "a\n\"x\"\"\n", .unclosedQuote, line: 2),
    RefusalCase(
      "text after a closing quote names its line", "a\n\"x\ny\"z\n", .textAfterQuote, line: 3),
    RefusalCase("a space after a closing quote is text", "a\n\"x\" ,y\n", .textAfterQuote, line: 2),
    RefusalCase("text may also end the file", "a\n\"x\"y", .textAfterQuote, line: 2),
    RefusalCase("an empty file has no header", "", .noHeader, line: 1),
    RefusalCase("a mark alone is no header", "\u{FEFF}", .noHeader, line: 1),
    RefusalCase("blank lines are no header", "\n\r\n\r", .noHeader, line: 1),
    RefusalCase("a UTF-16 mark, low byte first", [0xFF, 0xFE, 0x61, 0], .utf16, line: 1),
    RefusalCase("a UTF-16 mark, high byte first", [0xFE, 0xFF, 0, 0x61], .utf16, line: 1),
    RefusalCase("a UTF-16 mark alone", [0xFF, 0xFE], .utf16, line: 1),
    RefusalCase("UTF-16 without a mark, low byte first", "e\0m\0a\0i\0l\0", .utf16, line: 1),
    RefusalCase("UTF-16 without a mark, high byte first", "\0e\0m\0a\0i\0l", .utf16, line: 1),
  ]

  @Test("A file that breaks the grammar is refused, and its line named", arguments: refused)
  func refuses(_ given: RefusalCase) {
    for pieces in [[.max], [1], [2], [3]] {
      let outcome = readCSV(given.file, pieces: pieces)
      #expect(outcome.code == given.code)
      #expect(outcome.errorLine == given.line)
    }
  }

  @Test("Rows before a refusal are handed out")
  func rowsBeforeRefusal() {
    let outcome = readCSV(Array("a\n1\n\"x\"y\n2\n".utf8))
    #expect(outcome.rows == [Row(1, "a"), Row(2, "1")])
  }

  @Test("Bytes that are not UTF-8 pass through")
  func invalidBytes() {
    let outcome = readCSV([0x61, 0x0A, 0xC3, 0x28, 0xFF, 0x00])
    #expect(outcome.rows == [Row(1, "a"), Row(2, [[0xC3, 0x28, 0xFF, 0x00]])])
  }

  @Test("Any other byte can delimit", arguments: [0x3B, 0x09, 0x7C, 0x00, 0xA2, 0xFF] as [UInt8])
  func otherDelimiters(_ delimiter: UInt8) {
    let file: [UInt8] = [0x61, delimiter, 0x22, 0x2C, delimiter, 0x22, delimiter, 0x62, 0x0A]
    for pieces in [[.max], [1]] {
      let outcome = readCSV(file + file + file, pieces: pieces, delimiter: delimiter)
      let cells: [[UInt8]] = [[0x61], [0x2C, delimiter], [0x62]]
      #expect(outcome == Outcome(rows: [Row(1, cells), Row(2, cells), Row(3, cells)]))
    }
  }
}
