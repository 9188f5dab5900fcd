import MusterTestSupport
import Testing

@testable import MusterCore

/// What a row costs besides its bytes is bounded: the cells and the fields that it leaves out.
@Suite struct WideRowTests {
  private static let fields = (0..<CatalogueRule.fieldsMax).map {
    FormField(slug: "f\($0)", type: .text, isRequired: true)
  }
  private static let catalogue = Catalogue(forms: [Form(slug: "wide", fields: fields)])

  @Test func `a row tells a few of the required fields that it leaves out`() throws {
    let checking = try Checking(["external_id", "form.wide.f0"], catalogue: Self.catalogue)
    let chunk = checking.check([["u", "x"]])
    let merge = MemberMerge(
      plan: checking.plan, options: ImportOptions(), catalogue: Self.catalogue)
    var record = unsafe [CellBytes](repeating: .blank, count: MemberRecord.slotCount)
    let faults = unsafe try merge.create(
      chunk.values(ofRow: 0), chunk.row(0), into: &record, rowNumber: 1)
    #expect(faults.count == Limits.requiredFaultsPerRowMax)
    #expect(faults.first?.column == "form.wide.f1")
  }

  @Test func `a turn of rows that leave required fields out has few of them`() throws {
    let checking = try Checking(["external_id", "form.wide.f0"], catalogue: Self.catalogue)
    let rows = (0..<3_000).map { ["u\($0)", "x"] }
    var hints = HintBudget()
    let chunk = checking.checker.check(TestRows(texts: rows), &hints, turn: CheckTurn())
    #expect(chunk.rowCount == CheckTurn.openRowsMax)
  }

  @Test func `rows without cells take no room for values, nor in a spool`() throws {
    let names = (0..<500).map { "form.wide.f\($0)" }
    let checking = try Checking(["external_id"] + names, catalogue: Self.catalogue)
    let rows = (0..<500).map { _ in [String]() } + [["u"] + (0..<500).map { "v\($0)" }]
    let chunk = checking.check(rows)
    #expect(chunk.faults.count == 500)
    #expect((0..<500).allSatisfy { unsafe chunk.values(ofRow: $0)[0].isBlank })
    #expect(chunk.text(500, 10) == "v0")
    var encoder = SpoolEncoder()
    chunk.spool(into: &encoder)
    // A row and its fault, and not 2,000 bytes for its columns.
    #expect(encoder.bytes.count < 501 * 400)
    let memory = SpoolMemory(byteCount: encoder.bytes.count)
    unsafe memory.bytes.copyBytes(from: encoder.bytes)
    let back = try CheckedChunk.unspooled(memory)
    #expect(back.faults == chunk.faults)
    #expect((0..<510).allSatisfy { back.text(500, $0) == chunk.text(500, $0) })
    #expect(unsafe back.values(ofRow: 3)[5].isBlank)
  }
}
