import MusterCore
import MusterTestSupport
import MusterWire
import Testing

/// What stock protobuf writes is what we read and write.
@Suite struct GoldenTests {
  @Test func `a begin is written as protobuf writes it`() throws {
    #expect(try hex(wireBytes(ImportRequest.begin(Golden.begin))) == hex(Golden.beginBytes))
  }

  @Test func `a begin is read as protobuf wrote it`() throws {
    guard case .begin(let begin) = try unpack(ImportRequest.self, Golden.beginBytes) else {
      Issue.record("not a begin")
      return
    }
    #expect(begin == Golden.begin)
  }

  @Test func `a chunk is written as protobuf writes it`() throws {
    let chunk = try makeChunk(firstRow: Golden.chunkFirstRow, byteRows: Golden.chunkRows)
    #expect(try hex(wireBytes(ImportRequest.chunk(chunk))) == hex(Golden.chunkBytes))
  }

  @Test func `a chunk is read as protobuf wrote it`() throws {
    guard case .chunk(let chunk) = try unpack(ImportRequest.self, Golden.chunkBytes) else {
      Issue.record("not a chunk")
      return
    }
    #expect(chunk.firstRow == Golden.chunkFirstRow)
    #expect(copyRows(chunk) == Golden.chunkRows)
    #expect(chunk.wireByteCount == Golden.chunkBytes.count)
  }

  @Test func `a finish is written and read as protobuf does`() throws {
    let finish = ImportRequest.finish(rowCount: Golden.finishRowCount)
    #expect(try hex(wireBytes(finish)) == hex(Golden.finishBytes))
    guard case .finish(let rowCount) = try unpack(ImportRequest.self, Golden.finishBytes) else {
      Issue.record("not a finish")
      return
    }
    #expect(rowCount == Golden.finishRowCount)
  }

  @Test(arguments: [
    (ImportResponse.accepted(Golden.accepted), Golden.acceptedBytes),
    (.progress(Golden.progress), Golden.progressBytes),
    (.faults(Golden.faults), Golden.faultsBytes),
    (.summary(Golden.summary), Golden.summaryBytes),
    (.changes(Golden.changes), Golden.changesBytes),
  ])
  func `an answer is written and read as protobuf does`(
    _ message: ImportResponse, _ golden: [UInt8]
  ) throws {
    #expect(try hex(wireBytes(message)) == hex(golden))
    #expect(try unpack(ImportResponse.self, golden) == message)
  }

  @Test func `an export's messages are written and read as protobuf does`() throws {
    let header = ExportResponse.header(Golden.headerColumns)
    #expect(try hex(wireBytes(header)) == hex(Golden.headerBytes))
    guard case .header(let columns) = try unpack(ExportResponse.self, Golden.headerBytes) else {
      Issue.record("not a header")
      return
    }
    #expect(columns == Golden.headerColumns)
    #expect(try hex(wireBytes(Golden.exportRequest)) == hex(Golden.exportRequestBytes))
    #expect(
      try unpack(ExportMembersRequest.self, Golden.exportRequestBytes) == Golden.exportRequest)
  }

  @Test func `the columns of an export are read unpacked too`() throws {
    let bytes = ProtoBytes.field(2, 1) + ProtoBytes.field(2, 2)
    #expect(try unpack(ExportMembersRequest.self, bytes).with == [.id, .role])
  }

  @Test func `a record and a form are written and read as protobuf does`() throws {
    let response = GetImportResponse(record: Golden.record)
    #expect(try hex(wireBytes(response)) == hex(Golden.recordBytes))
    #expect(try unpack(GetImportResponse.self, Golden.recordBytes) == response)
    let request = CreateFormRequest(workspace: "acme", form: Golden.form)
    #expect(try hex(wireBytes(request)) == hex(Golden.formRequestBytes))
    #expect(try unpack(CreateFormRequest.self, Golden.formRequestBytes) == request)
  }

  @Test func `fields in another order, and one given twice, are read as protobuf says`() throws {
    let options = ProtoBytes.field(8, 1) + ProtoBytes.field(1, "manager")
    let begin =
      ProtoBytes.field(4, "x") + ProtoBytes.field(3, options) + ProtoBytes.field(2, "email")
      + ProtoBytes.field(1, "first") + ProtoBytes.field(1, "last")
    guard case .begin(let read) = try unpack(ImportRequest.self, ProtoBytes.field(1, begin)) else {
      Issue.record("not a begin")
      return
    }
    #expect(read.workspace == "last")
    #expect(read.importID == "x")
    #expect(read.options.role == "manager")
    #expect(read.options.faultsMax == 1)
    #expect(read.columns == [Array("email".utf8)])
  }
}
