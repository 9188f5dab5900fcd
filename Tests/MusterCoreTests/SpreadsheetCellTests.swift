import MusterTestSupport
import Testing

@testable import MusterCore

/// A spreadsheet runs nothing, and every text comes back.
@Suite struct SpreadsheetCellTests {
  private func guarded(_ cell: [UInt8]) -> [UInt8] {
    SpreadsheetCell.needsGuard(cell.span) ? [SpreadsheetCell.guardByte] + cell : cell
  }

  private func bare(_ cell: [UInt8]) -> [UInt8] {
    SpreadsheetCell.isGuarded(cell.span) ? Array(cell.dropFirst()) : cell
  }

  @Test(arguments: [
    ("=1+1", "'=1+1"), ("+1", "'+1"), ("-12.5", "'-12.5"), ("@x", "'@x"), ("\tx", "'\tx"),
    ("\rx", "'\rx"), ("=", "'="), ("'=1", "''=1"), ("''-", "'''-"),
    ("'+15555550123", "''+15555550123"),
    ("+15555550123", "+15555550123"), ("+15555550123 ", "'+15555550123 "), ("+1555", "'+1555"),
    ("", ""), ("'", "'"), ("''", "''"), ("'a", "'a"), ("a=b", "a=b"), (" =1", " =1"),
    ("\n=1", "\n=1"),
    ("1-1", "1-1"), ("＝1", "＝1"),
  ])
  func `a cell is guarded where it must be, and only there`(_ cell: String, _ wanted: String) {
    let safe = guarded(Array(cell.utf8))
    #expect(String(decoding: safe, as: UTF8.self) == wanted)
    #expect(bare(safe) == Array(cell.utf8))
  }

  @Test func `taking the guard off gives every text back`() {
    let seed = testSeed()
    print("SpreadsheetCellTests: MUSTER_TEST_SEED=\(seed)")
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("'''==+-@\t\r\n 1a\"".utf8)
    for _ in 0..<20_000 {
      let cell = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      let safe = guarded(cell)
      #expect(bare(safe) == cell, "seed \(seed), \(cell)")
      let first = safe.first ?? 0
      #expect(
        !Array("=+-@\t\r".utf8).contains(first) || PhoneRule.accepts(safe.span), "seed \(seed)")
    }
  }
}
