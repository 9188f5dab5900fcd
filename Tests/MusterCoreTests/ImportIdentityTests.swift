import MusterCore
import MusterTestSupport
import Testing

/// An id means one import: what may be begun again under it, and what may not.
struct ImportIdentityTests {
  private static func identity(
    isOver: Bool, declared: DeclaredTotals? = nil
  ) -> ImportIdentity {
    ImportIdentity(
      importID: "id", isOver: isOver, rowCount: 10, cellByteCount: 100, declared: declared)
  }

  @Test(
    "totals are those declared first or those that came; an open import may declare them later",
    arguments: [
      // Ended with 10 rows of 100 bytes, declared first, declared now, refused.
      (true, nil, nil, nil), (true, nil, (10, 100), nil), (true, nil, (0, 0), nil),
      (true, nil, (11, 100), "10 rows, and 11"), (true, nil, (9, 0), "10 rows, and 9"),
      (true, nil, (10, 101), "100 bytes of cells, and 101"), (true, nil, (0, 99), "and 99"),
      // A client that always counts wrong has the same rows all the same.
      (true, (12, 90), (12, 90), nil), (true, (12, 90), (10, 100), nil),
      (true, (12, 90), (11, 90), "and 11"), (true, (12, 90), (12, 91), "and 91"),
      // Open with as many.
      (false, nil, nil, nil), (false, nil, (10, 100), nil), (false, nil, (11, 200), nil),
      (false, nil, (9, 0), "has 10 rows already"), (false, nil, (0, 99), "has 100 bytes"),
      (false, (20, 300), (20, 300), nil), (false, (20, 300), nil, nil),
      (false, (20, 300), (21, 300), "20 rows declared, and 21"),
      (false, (20, 300), (20, 301), "300 bytes of cells declared"),
      (false, (20, 0), (20, 300), nil),
    ] as [(Bool, (UInt64, UInt64)?, (UInt64, UInt64)?, String?)])
  func totals(
    isOver: Bool, first: (UInt64, UInt64)?, now: (UInt64, UInt64)?, refusal: String?
  ) {
    let identity = Self.identity(
      isOver: isOver, declared: first.map { DeclaredTotals(rows: $0.0, cellBytes: $0.1) })
    var found: ImportSession.Refusal?
    do throws(ImportSession.Refusal) {
      try identity.check(now.map { DeclaredTotals(rows: $0.0, cellBytes: $0.1) })
    } catch { found = error }
    #expect((found == nil) == (refusal == nil), "\(String(describing: found))")
    if let refusal {
      #expect(found?.reason == .importDiffers)
      #expect(found?.message.contains(refusal) == true, "\(String(describing: found))")
    }
  }

  private static let rows = (0..<10).map { ["row\($0)", $0 == 4 ? "" : "name"] }

  private static func chunk(_ rows: Range<Int>, changing: Int? = nil) -> TestRows {
    var texts = Self.rows
    if let changing { texts[changing][1] += "x" }
    return TestRows(firstRow: UInt64(rows.lowerBound), texts: Array(texts[rows]))
  }

  private static let digest: RowDigest = {
    var digest = RowDigest()
    let rows = TestRows(texts: Self.rows)
    for row in 0..<10 { unsafe digest.add(rows.cells(ofRow: row)) }
    return digest
  }()

  @Test(
    "rows sent again are compared in whatever chunks, once all have come",
    arguments: [[0..<10], [0..<3, 3..<10], [0..<5, 2..<7, 0..<10], [0..<0, 0..<1, 1..<10]])
  func rowsAgain(chunks: [Range<Int>]) throws {
    for changing in [nil, 0, 4, 9] {
      var again = ImportIdentity.RowsAgain(
        Self.identity(isOver: true), expected: Self.digest)
      var found: ImportSession.Refusal?
      for range in chunks {
        do throws(ImportSession.Refusal) {
          try again.received(Self.chunk(range, changing: changing), count: range.count)
        } catch { found = error }
      }
      #expect((found == nil) == (changing == nil))
      if changing != nil { #expect(found?.reason == .importDiffers) }
    }
  }

  @Test("rows that are left out are not compared, nor those of an import without a digest")
  func partial() throws {
    var late = ImportIdentity.RowsAgain(Self.identity(isOver: true), expected: Self.digest)
    try late.received(Self.chunk(1..<10, changing: 5), count: 9)
    try late.received(Self.chunk(0..<10, changing: 5), count: 10)
    var unknown = ImportIdentity.RowsAgain(Self.identity(isOver: true), expected: nil)
    try unknown.received(Self.chunk(0..<10, changing: 5), count: 10)
    // Of a chunk that brings new rows too, only those are looked at that the import has.
    var before = RowDigest()
    let rows = TestRows(texts: Self.rows)
    for row in 0..<10 { unsafe before.add(rows.cells(ofRow: row)) }
    var open = ImportIdentity.RowsAgain(Self.identity(isOver: false), expected: before)
    try open.received(
      TestRows(texts: Self.rows + [["new", "x"]]), count: 10)
  }

  @Test("a digest tells cells, their places and their rows apart, at every length")
  func digests() {
    func digest(_ rows: [[String]]) -> RowDigest {
      var digest = RowDigest()
      let source = TestRows(texts: rows)
      for row in 0..<rows.count { unsafe digest.add(source.cells(ofRow: row)) }
      return digest
    }
    var seen: Set<UInt64> = []
    var made = 0
    func add(_ rows: [[String]]) {
      made += 1
      seen.insert(digest(rows).value)
    }
    for rows in [
      [], [[]], [[], []], [[""]], [["", ""]], [["a"]], [["a", ""]], [["", "a"]], [["a"], [""]],
      [[""], ["a"]], [["ab", "c"]], [["a", "bc"]], [["c", "ab"]], [["ab"], ["c"]],
      [["c"], ["ab"]], [["ab", "c"], ["d"]], [["ab"], ["c", "d"]], [["0"]], [["00"]],
    ] { add(rows) }
    for length in 3..<70 {
      let text = String(repeating: "x", count: length)
      add([[text]])
      for place in 0..<length {
        var bytes = Array(text.utf8)
        bytes[place] = UInt8(ascii: "y")
        add([[String(decoding: bytes, as: UTF8.self)]])
      }
    }
    #expect(seen.count == made)
  }

  @Test("a digest that an older version stored is the same today")
  func stored() { #expect(Self.digest.value == 0xC3C3_C16E_B41F_DC74) }
}
