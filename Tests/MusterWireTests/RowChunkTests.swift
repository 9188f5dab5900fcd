import MusterCore
import MusterTestSupport
import MusterWire
import Testing

/// Rows in a chunk are what was put in, wherever their memory lies.
@Suite struct RowChunkTests {
  private func unpackedChunk(_ rows: [[[UInt8]]], firstRow: UInt64 = 0) throws -> RowChunk {
    let chunk = try makeChunk(firstRow: firstRow, byteRows: rows)
    guard
      case .chunk(let read) = try unpack(
        ImportRequest.self, wireBytes(ImportRequest.chunk(chunk)))
    else { throw WireError(code: .malformed, message: "not a chunk") }
    return read
  }

  @Test func `cells are read where protobuf-c put them`() throws {
    // CellBytes is laid over ProtobufCBinaryData: a count of eight bytes, then an address.
    unsafe #expect(MemoryLayout<CellBytes>.size == 16)
    unsafe #expect(MemoryLayout<CellBytes>.stride == 16)
    unsafe #expect(MemoryLayout<CellBytes>.offset(of: \.count) == 0)
    unsafe #expect(MemoryLayout<CellBytes>.offset(of: \.start) == 8)
    var rows: [[[UInt8]]] = []
    for row in 0..<300 {
      rows.append(
        (0..<(row % 13)).map { cell in Array(repeating: UInt8(row & 0xFF), count: cell * 7) })
    }
    #expect(try copyRows(unpackedChunk(rows)) == rows)
  }

  @Test func `a row of no cells stays a row`() throws {
    let chunk = try unpackedChunk([[], [], [[]], []], firstRow: 9)
    #expect(chunk.rowCount == 4)
    #expect(copyRows(chunk) == [[], [], [[]], []])
    unsafe #expect(chunk.cells(ofRow: 0).count == 0)
    unsafe #expect(chunk.cells(ofRow: 2).count == 1)
    #expect(chunk.firstRow == 9)
  }

  @Test func `a chunk lives on after its bytes and its builder are gone`() throws {
    var kept: [RowChunk] = []
    var wanted: [[[[UInt8]]]] = []
    for round in 0..<40 {
      let rows = (0..<50).map { [Array("\(round) \($0)".utf8), Array("x".utf8)] }
      wanted.append(rows)
      kept.append(try unpackedChunk(rows))
    }
    for (chunk, rows) in zip(kept, wanted) { #expect(copyRows(chunk) == rows) }
  }

  @Test func `building on does not touch a chunk that somebody still holds`() throws {
    var builder = RowChunkBuilder()
    var held: [(RowChunk, [[[UInt8]]])] = []
    for round in 0..<20 {
      let rows = (0..<30).map { [Array("round \(round) row \($0)".utf8)] }
      append(rows, to: &builder)
      let chunk = try builder.build(firstRow: UInt64(round))
      // Every third is let go, so that its memory is used again beside the others.
      if round % 3 != 0 { held.append((chunk, rows)) }
    }
    for (chunk, rows) in held { #expect(copyRows(chunk) == rows) }
  }

  @Test func `a builder whose chunks are let go gives every chunk its own rows only`() throws {
    var builder = RowChunkBuilder()
    for round in 0..<10 {
      let rows = (0..<(10 - round)).map { [Array("\(round)-\($0)".utf8), []] }
      append(rows, to: &builder)
      #expect(builder.rowCount == rows.count)
      let chunk = try builder.build(firstRow: UInt64(round * 100))
      #expect(copyRows(chunk) == rows)
      #expect(chunk.firstRow == UInt64(round * 100))
      #expect(builder.rowCount == 0)
      #expect(builder.cellByteCount == 0)
    }
  }

  @Test func `cells stay right when the builder's memory has to move`() throws {
    var builder = RowChunkBuilder()
    // Over the 256 KiB that it begins with, several times.
    let rows = (0..<40).map { [[UInt8](repeating: UInt8($0), count: 50_000), [UInt8($0)]] }
    append(rows, to: &builder)
    #expect(builder.cellByteCount == 40 * 50_001)
    #expect(try copyRows(builder.build(firstRow: 0)) == rows)
  }

  @Test func `an empty chunk can be built and sent`() throws {
    var builder = RowChunkBuilder()
    #expect(try builder.build(firstRow: 3).rowCount == 0)
    #expect(try unpackedChunk([]).rowCount == 0)
  }
}
