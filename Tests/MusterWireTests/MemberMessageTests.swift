import MusterCore
import MusterTestSupport
import MusterWire
import Testing

/// The messages about one member.
@Suite struct MemberMessageTests {
  private static var member: MemberSnapshot {
    var member = MemberSnapshot(id: .max, role: "user", createdAt: -1, updatedAt: .max)
    member.email = "Zo\u{EB}@x.org"
    member.phone = "+15550001"
    member.externalID = " e"
    member.name = "N"
    member.description = "\"\n\u{1}"
    member.dateOfBirth = "1980-06-15"
    member.labels = ["a", "b"]
    member.notifyEmail = true
    member.notifySMS = false
    member.formValues = [FormValue(form: "f", field: "x", value: "Ø")]
    return member
  }

  private func check<Message: WireMessage & Equatable>(_ message: Message) throws {
    #expect(try unpack(Message.self, wireBytes(message)) == message)
  }

  @Test func `they come back as they were`() throws {
    for key: MemberKey in [.id(0), .id(.max), .email("a"), .phone("+1"), .externalID("\u{EB}")] {
      try check(GetMemberRequest(workspace: "acme", key: key))
    }
    try check(GetMemberResponse(member: Self.member))
    try check(
      GetMemberResponse(member: MemberSnapshot(id: 1, role: "", createdAt: 0, updatedAt: 0)))
    try check(DeleteMemberResponse(id: .max))
    try check(ListMembersRequest(workspace: ""))
    try check(
      ListMembersRequest(
        workspace: "acme", role: "user", labels: ["a", "b"], text: "Ø", pageSize: .max,
        pageToken: "7"))
    try check(ListMembersResponse(members: [], nextPageToken: ""))
    try check(ListMembersResponse(members: [Self.member, Self.member], nextPageToken: "9"))
    for (isCreated, isChanged) in [(true, true), (false, true), (false, false)] {
      try check(
        CreateSignupResponse(
          outcome: .accepted(Self.member, isCreated: isCreated, isChanged: isChanged)))
    }
    try check(CreateSignupResponse(outcome: .rejected(Golden.faults)))
    try check(CreateSignupResponse(outcome: .rejected([])))
    var options = ImportOptions()
    options.role = "manager"
    options.labels = .replace
    options.normalizes = true
    options.clearToken = [0xFF, 0]
    options.strictIdentity = true
    options.ignoresUnknownColumns = true
    try check(
      CreateSignupRequest(
        workspace: "acme",
        values: [
          .init(column: [0xFF], cell: [0, 0xFE]), .init(column: Array("email".utf8), cell: []),
        ], options: options))
  }

  /// The same number as in the options of an import, so that a client may copy them.
  @Test func `the options of a signup have the numbers of an import's`() throws {
    var begin = BeginImport()
    begin.options.strictIdentity = true
    begin.options.clearToken = [1]
    let options = ProtoBytes.field(3, ProtoBytes.field(4, [1]) + ProtoBytes.field(5, 1))
    let signup = try unpack(CreateSignupRequest.self, options)
    guard
      case .begin(let read) = try unpack(ImportRequest.self, ProtoBytes.field(1, options))
    else { throw TestFailure("not a begin") }
    #expect(signup.options == read.options && read.options == begin.options)
  }

  @Test func `an answer without an outcome is none`() {
    #expect(throws: WireError.self) { try unpack(CreateSignupResponse.self, []) }
    #expect(throws: WireError.self) { try unpack(GetMemberResponse.self, []) }
    #expect(throws: WireError.self) {
      try unpack(CreateSignupResponse.self, ProtoBytes.field(1, [] as [UInt8]))
    }
  }
}
