import MusterCSV
import Testing

@Suite("The writer")
struct WriterTests {
  static func written(_ rows: [[String]], delimiter: UInt8 = 0x2C) -> String {
    var writer = CSVWriter(delimiter: delimiter)
    var out: [UInt8] = []
    for row in rows {
      for cell in row { writer.append(cell, to: &out) }
      writer.endRow(in: &out)
    }
    return String(decoding: out, as: UTF8.self)
  }

  @Test("Plain cells are written plain, rows end in LF")
  func plain() {
    #expect(Self.written([["a", "b c"], ["", " "]]) == "a,b c\n, \n")
  }

  @Test("A delimiter, a quote, CR or LF makes a cell quoted, quotes doubled")
  func quoted() {
    #expect(Self.written([["a,b", "c\"d", "\r", "\n"]]) == "\"a,b\",\"c\"\"d\",\"\r\",\"\n\"\n")
    #expect(Self.written([["a,b", "c;d"]], delimiter: 0x3B) == "a,b;\"c;d\"\n")
  }

  @Test("A special byte is found anywhere in a cell", arguments: 0..<20)
  func anywhere(_ position: Int) {
    let cell =
      String(repeating: "x", count: position) + "," + String(repeating: "y", count: 19 - position)
    #expect(Self.written([[cell]]) == "\"\(cell)\"\n")
  }

  @Test("A blank cell alone in its row is quoted, so that it is no blank line")
  func blankAlone() {
    #expect(Self.written([[""], ["", ""], [""]]) == "\"\"\n,\n\"\"\n")
  }

  @Test("A first cell that begins with a byte order mark is quoted")
  func marks() {
    #expect(Self.written([["\u{FEFF}a", "\u{FEFF}b"]]) == "\"\u{FEFF}a\",\u{FEFF}b\n")
    for mark in [[0xFF, 0xFE], [0xFE, 0xFF]] as [[UInt8]] {
      #expect(CSVText.written([[mark]]) == [0x22] + mark + [0x22, 0x0A])
    }
  }

  @Test("A row without cells writes nothing")
  func noCells() {
    #expect(Self.written([[], ["a"], []]) == "a\n")
  }

  @Test("Cells that do not lie in one stretch of memory are written alike")
  func scattered() {
    var writer = CSVWriter()
    var out: [UInt8] = []
    writer.append(cell: Array("abc,".utf8).reversed() as ReversedCollection, to: &out)
    writer.append(cell: "plain".utf8, to: &out)
    writer.endRow(in: &out)
    #expect(String(decoding: out, as: UTF8.self) == "\",cba\",plain\n")
  }
}
