import MusterCore
import MusterTestSupport
import MusterWire
import Testing

/// Hostile sizes are refused before they cost more than their bound.
@Suite(.serialized) struct BoundTests {
  /// A chunk message of as many empty rows as said: two bytes each.
  private func emptyRows(_ count: Int) -> [UInt8] {
    var rows: [UInt8] = []
    rows.reserveCapacity(count * 2)
    for _ in 0..<count { rows += [0x12, 0x00] }
    return ProtoBytes.field(2, rows)
  }

  private func residentBytes() -> Int { residentMemory() }

  @Test func `4 MiB of empty rows are refused within the budget`() {
    let message = emptyRows((Limits().chunkBytesMax - 16) / 2)
    #expect(message.count <= Limits().chunkBytesMax)
    let before = residentBytes()
    let error = refusal(ImportRequest.self, message)
    #expect(error?.code == .tooLarge)
    // Without the budget protobuf-c takes 272 MiB for it.
    #expect(residentBytes() - before < 2 * Limits.unpackedChunkBytesMax)
  }

  @Test func `a chunk of 65536 rows is taken and one of 65537 is refused`() throws {
    guard case .chunk(let chunk) = try unpack(ImportRequest.self, emptyRows(65_536)) else {
      Issue.record("not a chunk")
      return
    }
    #expect(chunk.rowCount == 65_536)
    let error = try #require(refusal(ImportRequest.self, emptyRows(65_537)))
    #expect(error.code == .tooLarge)
    #expect(error.message.contains("65537") && error.message.contains("65536"))
  }

  @Test func `a builder refuses more rows than a chunk may have`() throws {
    var builder = RowChunkBuilder()
    for _ in 0..<65_537 { builder.endRow() }
    #expect(throws: WireError.self) { _ = try builder.build(firstRow: 0) }
  }

  @Test func `a message of exactly 4 MiB is taken and one byte more is refused`() throws {
    let max = Limits().chunkBytesMax
    func message(_ total: Int) -> [UInt8] {
      // Three nested lengths of four bytes each stand before the cell.
      let cell = [UInt8](repeating: 0x61, count: total - 15)
      return ProtoBytes.field(2, ProtoBytes.field(2, ProtoBytes.field(1, cell)))
    }
    let most = message(max)
    #expect(most.count == max)
    guard case .chunk(let chunk) = try unpack(ImportRequest.self, most) else {
      Issue.record("not a chunk")
      return
    }
    unsafe #expect(chunk.cells(ofRow: 0)[0].count == max - 15)
    let error = try #require(refusal(ImportRequest.self, message(max + 1)))
    #expect(error.code == .tooLarge)
    #expect(error.message.contains("\(max)"))
  }

  @Test func `unknown fields up to the bound pass, more are refused`() throws {
    func message(_ count: Int) -> [UInt8] {
      ProtoBytes.finish(rowCount: 5) + (0..<count).flatMap { _ in ProtoBytes.field(100, 1) }
    }
    guard case .finish(let rowCount) = try unpack(ImportRequest.self, message(64)) else {
      Issue.record("not a finish")
      return
    }
    #expect(rowCount == 5)
    let error = try #require(refusal(ImportRequest.self, message(65)))
    #expect(error.code == .malformed)
    #expect(error.message.contains("does not know"))
  }

  @Test func `a million unknown fields deep inside a chunk stay within the budget`() {
    var row: [UInt8] = []
    for _ in 0..<1_000_000 { row += [0x10, 0x01] }
    let message = ProtoBytes.field(2, ProtoBytes.field(2, row))
    let before = residentBytes()
    _ = refusal(ImportRequest.self, message)
    #expect(residentBytes() - before < 2 * Limits.unpackedChunkBytesMax)
  }

  @Test func `a message of another call is held to its own budget`() {
    // 6 MB of empty slugs would take 16 bytes each.
    var message: [UInt8] = []
    for _ in 0..<3_000_000 { message += [0x12, 0x00] }
    #expect(refusal(CreateLabelsRequest.self, message)?.code == .tooLarge)
  }
}
