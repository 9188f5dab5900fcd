import MusterCSV
import Testing

@Suite("The reader")
struct ReaderTests {
  struct Stop: Error {}

  static func feed(
    _ text: String, to reader: inout CSVReader, isLast: Bool = false,
    row: (borrowing CSVRow) throws -> Void = { _ in }
  ) throws {
    let bytes = Array(text.utf8)
    try unsafe bytes.withUnsafeBytes { try unsafe reader.read($0, isLast: isLast, row: row) }
  }

  @Test("A row of exactly the most bytes is read, one more is refused", arguments: [1, 3, .max])
  func rowBound(_ piece: Int) {
    let exact = readCSV(Array("ab,cd\n12,45\r\n".utf8), pieces: [piece], rowBytesMax: 5)
    #expect(exact == Outcome(rows: [Row(1, "ab", "cd"), Row(2, "12", "45")]))
    let long = readCSV(Array("ab,cd\n12,456\nx\n".utf8), pieces: [piece], rowBytesMax: 5)
    #expect(long == Outcome(rows: [Row(1, "ab", "cd")], code: .rowTooLong, errorLine: 2))
  }

  @Test("An unclosed quote does not make the reader keep the rest of the file")
  func boundedMemory() throws {
    var reader = CSVReader(rowBytesMax: 1000)
    try Self.feed("a\n\"", to: &reader)
    let line = String(repeating: "x", count: 99) + "\n"
    var fedCount = 0
    let error = #expect(throws: CSVError.self) {
      for _ in 0..<100 {
        try Self.feed(line, to: &reader)
        fedCount += 1
      }
    }
    #expect(error?.code == .rowTooLong)
    #expect(error?.line == 2)
    #expect(fedCount == 9)
  }

  @Test("An error of the callback comes out of read, and again at the next piece")
  func callbackError() throws {
    var reader = CSVReader()
    #expect(throws: Stop.self) {
      try Self.feed("long enough\n1\n", to: &reader) { _ in throw Stop() }
    }
    #expect(throws: Stop.self) { try Self.feed("2\n", to: &reader) }
  }

  @Test("All cells can be had at once")
  func cellsAtOnce() throws {
    var reader = CSVReader()
    var texts: [String] = []
    var byteCounts: [Int] = []
    try Self.feed("one,\"two\",\"th\"\"ree\",\n", to: &reader, isLast: true) { row in
      byteCounts.append(row.cellBytes)
      unsafe row.withCells { base, starts, ends in
        for index in 0..<starts.count {
          let (start, end) = unsafe (Int(starts[index]), Int(ends[index]))
          let cell = unsafe UnsafeBufferPointer(start: base + start, count: end - start)
          unsafe texts.append(String(decoding: cell, as: UTF8.self))
        }
      }
    }
    #expect(texts == ["one", "two", "th\"ree", ""])
    #expect(byteCounts == [12])
  }

  @Test("A message names the line and never a cell")
  func messages() {
    let error = #expect(throws: CSVError.self) {
      var reader = CSVReader()
      try Self.feed("name\n\"secret\"ive\n", to: &reader, isLast: true)
    }
    #expect(error?.message.contains("line 2") == true)
    #expect(error?.message.contains("secret") == false)
  }

  @Test("A row of very many cells is read")
  func manyCells() {
    let cells = (0..<5000).map { Array(String($0).utf8) }
    let file = Array(cells.joined(separator: [0x2C]))
    #expect(readCSV(file, pieces: [100]) == Outcome(rows: [Row(1, cells)]))
  }
}
