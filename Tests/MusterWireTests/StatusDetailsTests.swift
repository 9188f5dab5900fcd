import GRPCCore
import MusterCore
import MusterTestSupport
import MusterWire
import Testing

/// The details of an error, against bytes that googleapis-common-protos 1.76.0 wrote.
@Suite struct StatusDetailsTests {
  private static let sentence = "Unknown column \"emäil\" (column 1); did you mean \"email\"?"

  private static var whole: StatusDetails {
    var details = StatusDetails(code: 3, message: sentence)
    details.reason = "WRONG_COLUMNS"
    details.domain = "muster"
    details.facts = ["limit": "columnsMax", "setting": "limits.columns"]
    details.violations = [
      FieldViolation(field: "begin.columns[0]", description: sentence),
      FieldViolation(field: "begin.columns", description: "No identifier column."),
    ]
    details.retryAfter = .milliseconds(1_500)
    return details
  }
  private static let wholeBytes = bytes(
    hex: """
      08031239556e6b6e6f776e20636f6c756d6e2022656dc3a4696c222028636f6c756d6e2031293b20
      64696420796f75206d65616e2022656d61696c223f1a730a28747970652e676f6f676c6561706973
      2e636f6d2f676f6f676c652e7270632e4572726f72496e666f12470a0d57524f4e475f434f4c554d
      4e5312066d75737465721a130a056c696d6974120a636f6c756d6e734d61781a190a077365747469
      6e67120e6c696d6974732e636f6c756d6e731aa4010a29747970652e676f6f676c65617069732e63
      6f6d2f676f6f676c652e7270632e4261645265717565737412770a4d0a10626567696e2e636f6c75
      6d6e735b305d1239556e6b6e6f776e20636f6c756d6e2022656dc3a4696c222028636f6c756d6e20
      31293b2064696420796f75206d65616e2022656d61696c223f0a260a0d626567696e2e636f6c756d
      6e7312154e6f206964656e74696669657220636f6c756d6e2e1a360a28747970652e676f6f676c65
      617069732e636f6d2f676f6f676c652e7270632e5265747279496e666f120a0a0808011080cab5ee
      01
      """)

  /// A Help, which we do not know, an ErrorInfo of another domain, and a violation with a reason.
  private static let foreignBytes = bytes(
    hex: """
      080e1201781a2f0a23747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e
      48656c7012080a060a01641201751a3e0a28747970652e676f6f676c65617069732e636f6d2f676f
      6f676c652e7270632e4572726f72496e666f12120a0152120d6f746865722e6578616d706c651a43
      0a29747970652e676f6f676c65617069732e636f6d2f676f6f676c652e7270632e42616452657175
      65737412160a140a01661201671a0c4649454c445f524541534f4e
      """)

  @Test func `a message holds nothing that a terminal obeys`() {
    let error = StoreError(field: "name", "The name \u{1B}[31m\u{202E} is taken.")
    let details = StatusDetails(error)
    #expect(details.message == "The name \\u{1B}[31m\\u{202E} is taken.")
    #expect(details.violations.map(\.description) == [details.message])
  }

  @Test func `details are written and read as protobuf does`() throws {
    #expect(try hex(wireBytes(Self.whole)) == hex(Self.wholeBytes))
    #expect(try unpack(StatusDetails.self, Self.wholeBytes) == Self.whole)
  }

  @Test func `details that we do not know are passed over`() throws {
    var wanted = StatusDetails(code: 14, message: "x")
    wanted.reason = "R"
    wanted.domain = "other.example"
    wanted.violations = [FieldViolation(field: "f", description: "g")]
    #expect(try unpack(StatusDetails.self, Self.foreignBytes) == wanted)
  }

  @Test func `details that are cut anywhere are read as less, or refused, and never crash`() {
    for end in Self.wholeBytes.indices {
      _ = refusal(StatusDetails.self, Array(Self.wholeBytes[..<end]))
    }
  }

  @Test(arguments: ErrorReason.allCases)
  func `an error's status carries its reason, its message and when to retry`(
    _ reason: ErrorReason
  ) throws {
    let error = RPCError(StoreError(reason: reason, "It failed.", [.importID: "x"]))
    #expect(error.code == reason.code.status && error.message == "It failed.")
    let details = try #require(error.details)
    #expect(details.code == Int32(error.code.rawValue) && details.message == "It failed.")
    #expect(details.reason == reason.rawValue && details.domain == "muster")
    #expect(details.facts == ["import_id": "x"] && details.violations == [])
    #expect(details.retryAfter == reason.retryAfter)
  }

  @Test func `a status without details, or with bytes that are none, has no details`() {
    #expect(RPCError(code: .aborted, message: "").details == nil)
    var metadata = Metadata()
    metadata.addBinary([0xFF, 0xFF], forKey: StatusDetails.trailer)
    #expect(RPCError(code: .aborted, message: "", metadata: metadata).details == nil)
  }

  // MARK: The bound

  /// What HTTP/2 counts of the trailers of a call that has no other answer.
  private static func trailersBytes(_ error: RPCError) -> Int {
    let fixed = ["::status", ":200content-type", ":application/grpc", ":grpc-status:16"]
    var count = fixed.reduce(0) { $0 + $1.utf8.count + 32 }
    count += "grpc-message".utf8.count + StatusMessage.encodedBytes(error.message) + 32
    for (key, value) in error.metadata {
      count += key.utf8.count + value.encoded().utf8.count + 32
    }
    return count
  }

  private static func columns(_ count: Int, of name: String) throws -> StoreError {
    let names = (0..<count).map { place in
      Array("\(place)".utf8) + Array(name.utf8).prefix(64 - "\(place)".utf8.count)
    }
    let refusal = #expect(throws: ColumnRefusal.self) {
      try ColumnPlan.resolve(
        names: names, catalogue: Catalogue(), ignoresUnknown: false, columnsMax: 1_000)
    }
    return try #require(refusal).error(list: "begin.columns")
  }

  @Test(arguments: ["x", "%", "\u{7F}", "ü", "语"], [1, 10, 20, 40, 41, 42, 100, 1_000])
  func `the trailers of wrong columns stay under 8 KiB, and say how many are left out`(
    _ letter: String, _ count: Int
  ) throws {
    let columns = try Self.columns(count, of: String(repeating: letter, count: 64))
    let error = RPCError(columns)
    #expect(Self.trailersBytes(error) <= 8_192)
    let details = try #require(error.details)
    #expect(try wireBytes(details).count <= StatusDetails.bytesMax)
    #expect(details.message == error.message)
    let told = details.violations.count
    #expect(details.violations == Array(columns.violations.prefix(told)))
    #expect(told >= min(columns.violations.count, 6))
    let leftOut = details.facts["violations_left_out"].flatMap { Int($0) } ?? 0
    #expect(told + leftOut == count + 1)
  }

  @Test func `as many violations are told as fit`() throws {
    let columns = try Self.columns(1_000, of: String(repeating: "x", count: 64))
    let details = StatusDetails(columns)
    let room = StatusDetails.bytesMax - (try wireBytes(details).count)
    let next = columns.violations[details.violations.count]
    #expect(next.field.utf8.count + next.description.utf8.count + 6 > room)
  }

  @Test func `facts that are too long alone are left out`() throws {
    let long = String(repeating: "x", count: 5_000)
    let error = RPCError(StoreError(reason: .inUse, "It failed.", [.workspace: long]))
    let details = try #require(error.details)
    #expect(details.reason == "IN_USE" && details.facts == [:])
    #expect(Self.trailersBytes(error) <= 8_192)
  }
}
