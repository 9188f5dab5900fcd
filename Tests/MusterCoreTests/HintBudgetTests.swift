import MusterTestSupport
import Testing

@testable import MusterCore

/// What hints cost is bounded by the bytes of the rows, whatever the rows hold.
@Suite struct HintBudgetTests {
  /// Labels that are all of one length and all near to each other.
  private static let labels = (0..<10_000).map { number in
    let digits = String(number)
    return "member-" + String(repeating: "0", count: 5 - digits.count) + digits
  }
  private static let catalogue = Catalogue(labels: labels)

  /// A cell of so many bytes, about, of different slugs that are nearly labels.
  private static func nearMisses(byteCount: Int, seed: Int = 0) -> String {
    let slugs = (0..<byteCount / 13).map { number in
      let digits = String(number)
      let letter = UnicodeScalar(UInt8(97 + seed % 26))
      return "membre-" + String(repeating: "0", count: 4 - digits.count) + digits + "\(letter)"
    }
    return slugs.joined(separator: ",")
  }

  private static func steps(
    _ rows: [[String]], _ columns: [String], _ catalogue: Catalogue, isUnbounded: Bool = false
  ) throws -> Int {
    let checking = try Checking(columns, catalogue: catalogue)
    var hints = HintBudget(isUnbounded: isUnbounded)
    _ = checking.checker.check(TestRows(texts: rows), &hints)
    return hints.stepsTaken
  }

  @Test func `a cell of slugs that are nearly labels costs a bounded number of steps`() throws {
    let cell = Self.nearMisses(byteCount: 65_000)
    let checking = try Checking(["external_id", "labels"], catalogue: Self.catalogue)
    var hints = HintBudget()
    let chunk = checking.checker.check(TestRows(texts: [["u1", cell]]), &hints)
    #expect(chunk.faults.count == 5_000)
    #expect(chunk.faults.allSatisfy { $0.code == .unknownLabel && $0.hint != nil })
    #expect(hints.stepsTaken <= HintBudget.stepsPerRowMax)
    // What nobody reads is short, and made once.
    let texts = Set(chunk.faults.dropFirst(HintBudget.namingHintsPerRowMax).map(\.hint))
    #expect(texts == ["this is no known label either"])
  }

  @Test func `short rows cost what their bytes allow, and no more`() throws {
    let slugs = Self.nearMisses(byteCount: 65_000).split(separator: ",")
    let rows = slugs.enumerated().map { ["u\($0.offset)", String($0.element)] }
    let byteCount = rows.reduce(0) { $0 + $1[0].utf8.count + $1[1].utf8.count }
    let steps = try Self.steps(rows, ["external_id", "labels"], Self.catalogue)
    #expect(steps > HintBudget.stepsMax / 2)
    #expect(steps <= HintBudget.stepsMax + byteCount * HintBudget.stepsPerByte)
  }

  @Test func `values of choices are looked for within the same budget`() throws {
    let choices = (0..<1_000).map { "choice number \($0) of a thousand that are much alike" }
    let catalogue = Catalogue(forms: [
      Form(slug: "f", fields: [FormField(slug: "c", type: .choice(choices))])
    ])
    let rows = (0..<1_200).map {
      ["u\($0)", "choice nunber \(($0 * 7) % 1_000) of a thousnd that ar much alike"]
    }
    let byteCount = rows.reduce(0) { $0 + $1[0].utf8.count + $1[1].utf8.count }
    let steps = try Self.steps(rows, ["external_id", "form.f.c"], catalogue)
    #expect(steps <= HintBudget.stepsMax + byteCount * HintBudget.stepsPerByte)
  }

  @Test func `the names of columns are looked for within one budget`() {
    let fields = (0..<500).map { FormField(slug: "a-field-of-many-\($0)", type: .text) }
    let catalogue = Catalogue(forms: (0..<20).map { Form(slug: "form-\($0)", fields: fields) })
    let names = (0..<1_000).map { Array("form.from-\($0 % 20).a-feild-of-mayn-\($0)".utf8) }
    let error = #expect(throws: ColumnRefusal.self) {
      try ColumnPlan.resolve(
        names: names, catalogue: catalogue, ignoresUnknown: false, columnsMax: 1_000)
    }
    #expect(error?.problems.count == 1_001)
    #expect((error?.problems.count { $0.suggestion != nil } ?? 0) <= 50)
  }

  @Test func `a word that comes again is not looked for again`() throws {
    let once = try Self.steps([["u", "membre-00017"]], ["external_id", "labels"], Self.catalogue)
    let often = try Self.steps(
      (0..<1_000).map { ["u\($0)", "membre-00017"] }, ["external_id", "labels"], Self.catalogue)
    #expect(once > 0)
    #expect(often == once)
  }

  @Test(arguments: [1, 7, 100])
  func `how rows are sent decides nothing`(_ rowsAtOnce: Int) throws {
    let rows = (0..<300).map { ["u\($0)", Self.nearMisses(byteCount: 400, seed: $0)] }
    let checking = try Checking(["external_id", "labels"], catalogue: Self.catalogue)
    var hints = HintBudget()
    let whole = checking.checker.check(TestRows(texts: rows), &hints).faults
    hints = HintBudget()
    var parts: [RowFault] = []
    for first in stride(from: 0, to: rows.count, by: rowsAtOnce) {
      let part = Array(rows[first..<min(first + rowsAtOnce, rows.count)])
      let source = TestRows(firstRow: UInt64(first), part.map { $0.map { Array($0.utf8) } })
      parts += checking.checker.check(source, &hints).faults
    }
    #expect(parts == whole)
    #expect(whole.contains { $0.hint?.contains("did you mean") ?? false })
  }

  @Test func `a turn ends after rows, bytes, faults, values or steps, and loses no row`() throws {
    let rows = (0..<200).map { ["u\($0)", Self.nearMisses(byteCount: 1_000, seed: $0)] }
    let checking = try Checking(["external_id", "labels"], catalogue: Self.catalogue)
    let source = TestRows(texts: rows)
    var hints = HintBudget()
    let whole = checking.checker.check(source, &hints).faults
    hints = HintBudget()
    var faults: [RowFault] = []
    var first = 0
    var turnCount = 0
    while first < rows.count {
      let before = hints.stepsTaken
      let part = checking.checker.check(source, skipping: first, &hints, turn: CheckTurn())
      #expect(part.rowCount > 0)
      #expect(part.faults.count <= CheckTurn.faultsMax + 100)
      #expect(hints.stepsTaken - before <= CheckTurn.hintStepsMax + HintBudget.stepsPerRowMax)
      first += part.rowCount
      faults += part.faults
      turnCount += 1
    }
    #expect(faults == whole)
    #expect(turnCount > 10)
  }

  @Test func `a turn of wide rows has few of them`() {
    #expect(CheckTurn().rowsMax(slotCount: 10) == CheckTurn.rowsMax)
    #expect(CheckTurn().rowsMax(slotCount: 1_010) * 1_010 <= CheckTurn.valuesMax)
    #expect(CheckTurn().rowsMax(slotCount: 10_000_000) == 1)
  }
}
