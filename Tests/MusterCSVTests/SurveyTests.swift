import MusterCSV
import Testing

@Suite("The survey")
struct SurveyTests {
  static func survey(_ bytes: [UInt8], pieces: [Int] = [.max]) throws -> CSVSurvey.Result {
    var survey = CSVSurvey()
    try unsafe eachPiece(of: bytes, sizes: pieces) { piece, _ in try unsafe survey.read(piece) }
    return try survey.finish()
  }

  @Test("It counts the data rows, their cell bytes and the bytes of the file")
  func totals() throws {
    let file = "\u{FEFF}name,note\n\nann,\"says \"\"hi\"\"\"\nbob,\"two\nlines\"\r\n"
    let result = try Self.survey(Array(file.utf8))
    #expect(result.rowCount == 2)
    #expect(result.cellBytes == 3 + 9 + 3 + 9)
    #expect(result.byteCount == UInt64(file.utf8.count))
  }

  @Test("A header alone is 0 rows of 0 bytes")
  func headerAlone() throws {
    let result = try Self.survey(Array("name,note\n".utf8))
    #expect(result.rowCount == 0)
    #expect(result.cellBytes == 0)
  }

  @Test(
    "It refuses what the reader refuses",
    arguments: [
      ("", CSVError.Code.noHeader), ("a\n\"b", .unclosedQuote), ("a\n\"b\"c\n", .textAfterQuote),
      ("a\0b\0c\0", .utf16),
    ])
  func refusals(_ file: String, _ code: CSVError.Code) {
    let error = #expect(throws: CSVError.self) { try Self.survey(Array(file.utf8)) }
    #expect(error?.code == code)
  }

  @Test("Its result does not depend on the sizes of the pieces")
  func pieces() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("SurveyTests.pieces seed \(seed)")
    var generator = SeededGenerator(state: seed)
    for _ in 0..<200 {
      let count = Int.random(in: 0...200, using: &generator)
      let letters = (0..<count).map { _ in UInt8.random(in: 0x20...0x7E, using: &generator) }
      let file = Array("header\n".utf8) + letters.map { $0 == 0x22 ? 0x0A : $0 }
      let whole = try Self.survey(file)
      let sizes = (0..<5).map { _ in Int.random(in: 1...40, using: &generator) }
      #expect(try Self.survey(file, pieces: sizes) == whole, "seed \(seed)")
      #expect(try Self.survey(file, pieces: [1]) == whole, "seed \(seed)")
    }
  }

  @Test("One changed, added or removed byte changes the digest")
  func digests() throws {
    let file = Array("name\n".utf8) + Array(repeating: UInt8(0x61), count: 60)
    var seen: Set<String> = [try Self.survey(file).digest]
    for index in file.indices where index > 4 {
      var changed = file
      changed[index] = 0x62
      #expect(seen.insert(try Self.survey(changed).digest).inserted)
    }
    for count in 1...40 {
      let shorter = Array(file.dropLast(count))
      #expect(seen.insert(try Self.survey(shorter).digest).inserted)
      let padded = file + Array(repeating: 0, count: count)
      #expect(seen.insert(try Self.survey(padded).digest).inserted)
    }
    #expect(seen.allSatisfy { $0.count == 32 })
  }

  @Test("The digest of a file stays what it was")
  func golden() throws {
    let digest = try Self.survey(Array("email,name\nann@example.org,Ann\n".utf8)).digest
    #expect(digest == "f45a489e97a6e4d11f8b84db7b677172")
  }
}
