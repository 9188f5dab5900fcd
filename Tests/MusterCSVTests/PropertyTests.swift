import MusterCSV
import Testing

/// A small seeded generator (SplitMix64), so that a failure can be had again from its seed.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite("Random files")
struct PropertyTests {
  /// Tokens rather than bytes, so that whole marks and quoted cells come up often enough.
  static let tokens: [[UInt8]] = [
    [0x22], [0x22], [0x22, 0x22], [0x2C], [0x2C], [0x0D], [0x0A], [0x0D, 0x0A], [0x0A],
    [0xEF, 0xBB, 0xBF], [0xFF], [0xFE], [0x00], [0x20], [0x61], [0x62, 0x63], [0xC3, 0xA9],
    [0x2C, 0x22], [0x22, 0x2C], [0x22, 0x0A], [0x3B], [0xA2], [0xAC], [0x8A], [0x8D],
    Array("a long stretch of text without any mark in it, longer than a block of bytes".utf8),
  ]

  static func randomFile(_ generator: inout SeededGenerator) -> [UInt8] {
    let calm = Bool.random(using: &generator)
    var file: [UInt8] = []
    for _ in 0..<Int.random(in: 0...60, using: &generator) {
      let token = tokens[Int.random(in: 0..<tokens.count, using: &generator)]
      // Half of the files keep quotes in order, or none would get far before it is refused.
      if calm && token.contains(0x22) {
        file += [0x2C] + CSVText.quoted(randomCell(&generator)) + [0x2C]
      } else {
        file += token
      }
    }
    return file
  }

  static func randomCell(_ generator: inout SeededGenerator) -> [UInt8] {
    var cell: [UInt8] = []
    for _ in 0..<Int.random(in: 0...4, using: &generator) {
      cell += tokens[Int.random(in: 0..<tokens.count, using: &generator)]
    }
    return cell
  }

  @Test("The reader agrees with the slow parser, whatever the sizes of the pieces")
  func agreesWithReference() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("agreesWithReference seed \(seed)")
    var generator = SeededGenerator(state: seed)
    for round in 0..<4000 {
      let file = Self.randomFile(&generator)
      let delimiter: UInt8 = round % 4 == 0 ? 0xAC : round % 4 == 1 ? 0x3B : 0x2C
      var reference = ReferenceParser(file, delimiter: delimiter)
      let expected = reference.parse()
      let random = (0..<5).map { _ in Int.random(in: 1...80, using: &generator) }
      for pieces in [[.max], [1], [0, 3], random] {
        let found = readCSV(file, pieces: pieces, delimiter: delimiter)
        guard found != expected else { continue }
        Issue.record("seed \(seed), round \(round), pieces \(pieces): \(file)")
        return
      }
    }
  }

  @Test("A bound on rows strikes at the same place, whatever the sizes of the pieces")
  func boundedAlike() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("boundedAlike seed \(seed)")
    var generator = SeededGenerator(state: seed)
    for round in 0..<3000 {
      let file = Self.randomFile(&generator)
      let bound = Int.random(in: 0...100, using: &generator)
      let expected = readCSV(file, rowBytesMax: bound)
      let random = (0..<5).map { _ in Int.random(in: 1...80, using: &generator) }
      for pieces in [[1], [0, 3], random] {
        let found = readCSV(file, pieces: pieces, rowBytesMax: bound)
        guard found != expected else { continue }
        Issue.record("seed \(seed), round \(round), bound \(bound), pieces \(pieces): \(file)")
        return
      }
    }
  }

  @Test("What the writer writes, the reader reads back")
  func roundTrip() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("roundTrip seed \(seed)")
    var generator = SeededGenerator(state: seed)
    for round in 0..<2000 {
      let delimiter: UInt8 = round % 3 == 0 ? 0xAC : round % 3 == 1 ? 0x3B : 0x2C
      // A first row without NUL: a file of NULs at every other byte is taken for UTF-16.
      var rows = [[Self.randomCell(&generator).filter { $0 != 0 }]]
      for _ in 0..<Int.random(in: 0...8, using: &generator) {
        let count = Int.random(in: 1...5, using: &generator)
        rows.append((0..<count).map { _ in Self.randomCell(&generator) })
      }
      let file = CSVText.written(rows, delimiter: delimiter)
      let found = readCSV(file, pieces: [7, 64, 1], delimiter: delimiter)
      guard found.rows.map(\.cells) != rows || found.code != nil else { continue }
      Issue.record("seed \(seed), round \(round): \(rows)")
      return
    }
  }
}

/// CSV made for tests.
enum CSVText {
  static func quoted(_ cell: [UInt8]) -> [UInt8] {
    [0x22] + cell.flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] } + [0x22]
  }

  static func written(_ rows: [[[UInt8]]], delimiter: UInt8 = 0x2C) -> [UInt8] {
    var writer = CSVWriter(delimiter: delimiter)
    var out: [UInt8] = []
    for row in rows {
      for cell in row { writer.append(cell: cell, to: &out) }
      writer.endRow(in: &out)
    }
    return out
  }
}
