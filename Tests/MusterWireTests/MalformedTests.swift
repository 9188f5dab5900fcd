import GRPCCore
import MusterCore
import MusterTestSupport
import MusterWire
import Testing

/// Bytes that are no message of ours are refused, and say why.
@Suite struct MalformedTests {
  @Test func `a message without a variant is refused`() throws {
    for bytes in [[], ProtoBytes.field(99, 1)] {
      let request = try #require(refusal(ImportRequest.self, bytes))
      #expect(request.code == .malformed)
      #expect(request.message.contains("neither a begin, nor a chunk, nor a finish"))
      #expect(refusal(ImportResponse.self, bytes)?.code == .malformed)
      #expect(refusal(ExportResponse.self, bytes)?.code == .malformed)
    }
  }

  @Test(
    arguments: [
      [0x0A], [0x0A, 0x05, 0x01], [0x08, 0x01], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x1A, 0x02, 0x08],
      [0x12, 0x02, 0x12, 0x05], [0x07], [0x12, 0x80],
    ] as [[UInt8]])
  func `cut or senseless bytes are refused`(_ bytes: [UInt8]) {
    #expect(refusal(ImportRequest.self, bytes)?.code == .malformed)
  }

  private static let spoiled: [(String, [UInt8])] = [
    ("valid UTF-8", [0x61, 0xFF]), ("NUL", [0x61, 0x00, 0x62]),
  ]

  @Test(arguments: [(1, "workspace"), (4, "import_id")] as [(UInt64, String)])
  func `a text of begin that is not clean is refused by name`(_ number: UInt64, _ name: String)
    throws
  {
    for (word, text) in Self.spoiled {
      let message = ProtoBytes.field(1, ProtoBytes.field(number, text))
      let error = try #require(refusal(ImportRequest.self, message))
      #expect(error.code == .invalidText)
      #expect(error.message.contains(name) && error.message.contains(word))
    }
  }

  @Test func `a role that is not clean is refused by name`() throws {
    for (word, text) in Self.spoiled {
      let begin = ProtoBytes.field(3, ProtoBytes.field(1, text))
      let error = try #require(refusal(ImportRequest.self, ProtoBytes.field(1, begin)))
      #expect(error.code == .invalidText)
      #expect(error.message.contains("options.role") && error.message.contains(word))
    }
  }

  @Test func `texts of the other requests that are not clean are refused by name`() throws {
    for (word, text) in Self.spoiled {
      func check<Message: WireMessage>(
        _ type: Message.Type, _ bytes: [UInt8], _ name: String
      ) throws {
        let error = try #require(refusal(type, bytes), "\(type)")
        #expect(error.code == .invalidText, "\(type)")
        #expect(error.message.contains(name) && error.message.contains(word), "\(error.message)")
      }
      let first = ProtoBytes.field(1, text)
      let second = ProtoBytes.field(2, text)
      try check(CreateWorkspaceRequest.self, first, "name")
      try check(CreateRoleRequest.self, first, "workspace")
      try check(CreateRoleRequest.self, second, "slug")
      try check(ListRolesRequest.self, first, "workspace")
      try check(CreateLabelsRequest.self, first, "workspace")
      try check(CreateLabelsRequest.self, second, "slugs")
      try check(ListLabelsRequest.self, first, "workspace")
      try check(ListFormsRequest.self, first, "workspace")
      try check(GetImportRequest.self, first, "workspace")
      try check(GetImportRequest.self, second, "import_id")
      try check(ExportMembersRequest.self, first, "workspace")
      try check(HealthCheckRequest.self, first, "service")
      let field = ProtoBytes.field(2, first)
      try check(CreateFormRequest.self, ProtoBytes.field(2, first), "form.slug")
      try check(CreateFormRequest.self, ProtoBytes.field(2, field), "field.slug")
      let choice = ProtoBytes.field(2, 6) + ProtoBytes.field(3, text)
      try check(
        CreateFormRequest.self, ProtoBytes.field(2, ProtoBytes.field(2, choice)), "field.choices")
    }
  }

  @Test func `cells and column names are left as they are, for the rules to judge`() throws {
    let begin = ProtoBytes.field(1, ProtoBytes.field(2, [0x00, 0xFF]))
    guard case .begin(let read) = try unpack(ImportRequest.self, begin) else {
      Issue.record("not a begin")
      return
    }
    #expect(read.columns == [[0x00, 0xFF]])
    let row = ProtoBytes.field(2, ProtoBytes.field(1, [0xC3, 0x28, 0x00]))
    guard case .chunk(let chunk) = try unpack(ImportRequest.self, ProtoBytes.field(2, row)) else {
      Issue.record("not a chunk")
      return
    }
    #expect(copyRows(chunk) == [[[0xC3, 0x28, 0x00]]])
  }

  @Test func `values of an enum that this version lacks are refused`() {
    #expect(refusal(ExportMembersRequest.self, ProtoBytes.field(2, 9))?.code == .malformed)
    let field = ProtoBytes.field(1, "f") + ProtoBytes.field(2, 77)
    let form = ProtoBytes.field(2, ProtoBytes.field(2, field))
    #expect(refusal(CreateFormRequest.self, form)?.code == .malformed)
    #expect(refusal(CreateFormRequest.self, ProtoBytes.field(1, "acme"))?.code == .malformed)
    #expect(refusal(GetImportResponse.self, ProtoBytes.field(2, 99))?.code == .malformed)
  }

  @Test(arguments: [(2, "label_mode"), (9, "mode")])
  func `an option of a newer client is refused, not taken for another`(
    _ number: UInt64, _ name: String
  ) {
    for value: UInt64 in [3, 77, 1 << 31] {
      let options = ProtoBytes.field(3, ProtoBytes.field(number, value))
      let error = refusal(ImportRequest.self, ProtoBytes.field(1, options))
      #expect(error?.violations.map(\.field) == ["begin.options.\(name)"], "\(value)")
      guard name == "label_mode" else { continue }
      let signup = refusal(CreateSignupRequest.self, options)
      #expect(signup?.violations.map(\.field) == ["options.label_mode"], "\(value)")
    }
  }

  @Test(arguments: [
    (WireError.Code.malformed, RPCError.Code.invalidArgument), (.invalidText, .invalidArgument),
    (.tooLarge, .resourceExhausted), (.outOfMemory, .resourceExhausted),
  ])
  func `each code has its status`(_ code: WireError.Code, _ status: RPCError.Code) {
    #expect(WireError(code: code, message: "").reason.code.status == status)
  }

  @Test func `gRPC's deserializer gives the status and the sentence`() {
    let error = #expect(throws: RPCError.self) {
      try WireDeserializer<ImportRequest>().deserialize([0x0A] as [UInt8])
    }
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.isEmpty == false)
  }

  /// Found by mutation: protobuf-c takes such a field, and refuses what it then writes of it.
  @Test func `a field with the number 0 in a row is not sent on`() throws {
    let bytes = bytes(
      hex: "121f08e80712120a066140622e637a81000a06c39873746572120012040a0200ff")
    let chunk = try unpack(ImportRequest.self, bytes)
    let once = try wireBytes(chunk)
    #expect(try repacked(ImportRequest.self, once) == once)
  }
}
