import GRPCCore
import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import Testing

/// One member at a time, over the socket.
@Suite(.timeLimit(.minutes(2))) struct MemberCallTests {
  private static let patient = Form(
    slug: "patient",
    fields: [
      FormField(slug: "medical_id", type: .text, isRequired: true),
      FormField(slug: "blood_type", type: .choice(["A+", "O-"])),
    ])

  private func prepare(_ client: MusterClient) async throws {
    _ = try await client.createLabels(CreateLabelsRequest(workspace: "", slugs: ["vip", "staff"]))
    _ = try await client.createForm(CreateFormRequest(workspace: "", form: Self.patient))
  }

  private static let dana = Member(
    email: "Dana@Example.org", phone: "+15555550123", externalID: "d-1", name: "Dana Müller",
    description: "\"quoted\"\n", dateOfBirth: CalendarDay(year: 1980, month: 6, day: 15),
    labels: ["staff", "vip"], notifyEmail: true, notifySMS: false,
    forms: ["patient": ["medical_id": "MED-1", "blood_type": "O-"]])

  @Test func `a signup makes a member, changes nothing the second time, and is found`()
    async throws
  {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        try await prepare(client)
        guard case .accepted(let made, true, true) = try await client.createSignup(Self.dana)
        else { throw TestFailure("The signup made nothing.") }
        #expect(made.id == 1 && made.role == "user" && made.member == Self.dana)
        #expect(made.createdAt > 0 && made.createdAt == made.updatedAt)
        #expect(
          try await client.createSignup(Self.dana)
            == .accepted(made, isCreated: false, isChanged: false))
        for key: MemberKey in [
          .id(1), .email("DANA@example.ORG"), .phone("+15555550123"), .externalID("d-1"),
        ] {
          let found = try await client.getMember(key)
          #expect(found == made, "\(key)")
        }
        let renamed = try await client.createSignup(Member(externalID: "d-1", name: "Dana"))
        guard case .accepted(let changed, false, true) = renamed else {
          throw TestFailure("The signup changed nothing.")
        }
        var expected = Self.dana
        expected.name = "Dana"
        #expect(changed.member == expected)
        // An export has the same values, and no import is in the ledger.
        let exported = try await client.exportMembers { rows in
          var members: [Member] = []
          for try await row in rows { members.append(row.member) }
          return members
        }
        #expect(exported == [expected])
        let imports = try await client.listImports(ListImportsRequest(workspace: ""))
        #expect(imports.imports.isEmpty)
      }
    }
  }

  @Test func `a signup that breaks rules is told all of them, and changes nothing`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        try await prepare(client)
        let wrong = Member(
          email: "dana@", phone: "5", labels: ["vpi"], forms: ["patient": ["blood_type": "B"]])
        guard case .rejected(let faults) = try await client.createSignup(wrong) else {
          throw TestFailure("The signup was accepted.")
        }
        #expect(
          Set(faults.map { "\($0.column ?? "") \($0.code.rawValue)" }) == [
            "email invalid_email", "phone invalid_phone", "labels unknown_label",
            "form.patient.blood_type invalid_form_value",
          ])
        #expect(faults.allSatisfy { $0.row == 1 && $0.hint != nil && !$0.value.isEmpty })
        let nobody = try await client.createSignup(Member(name: "x"))
        guard case .rejected(let none) = nobody else { throw TestFailure("accepted") }
        #expect(none.map(\.code) == [.noIdentifier])
        // What needs the stored members.
        _ = try await client.createSignup(Member(email: "a@x.org", phone: "+15550001"))
        _ = try await client.createSignup(Member(externalID: "e"))
        let conflict = try await client.createSignup(Member(email: "a@x.org", externalID: "e"))
        guard case .rejected(let found) = conflict else { throw TestFailure("accepted") }
        #expect(found.map(\.code) == [.identifierConflict])
        #expect(
          found[0].hint == "email is member 1, external_id is member 2; "
            + "correct or leave out the one that is wrong")
        var strict = ImportOptions()
        strict.strictIdentity = true
        let change = try await client.createSignup(
          Member(email: "a@x.org", phone: "+15550002"), options: strict)
        guard case .rejected(let changed) = change else { throw TestFailure("accepted") }
        #expect(changed.map(\.code) == [.identifierChange])
        let open = try await client.createSignup(
          Member(externalID: "e", forms: ["patient": ["blood_type": "O-"]]))
        guard case .rejected(let missing) = open else { throw TestFailure("accepted") }
        #expect(missing.map(\.column) == ["form.patient.medical_id"])
        let members = try await daemon.exportedRows()
        #expect(members.count == 2 && members[1].allSatisfy { ["e", ""].contains($0) })
      }
    }
  }

  @Test func `a signup takes the options of an import that make sense for one row`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        try await prepare(client)
        var options = ImportOptions()
        options.role = "manager"
        options.normalizes = true
        options.clearToken = Array("-".utf8)
        options.labels = .replace
        let made = try await client.createSignup(
          Member(phone: "+1 (555) 0001", name: " N ", labels: ["vip"]), options: options)
        guard case .accepted(let first, true, _) = made else { throw TestFailure("rejected") }
        #expect(first.role == "manager" && first.member.phone == "+15550001")
        #expect(first.member.name == "N")
        let changed = try await client.createSignup(
          Member(phone: "+15550001", name: "-", labels: ["staff"]), options: options)
        guard case .accepted(let second, false, true) = changed else {
          throw TestFailure("rejected")
        }
        #expect(second.member == Member(phone: "+15550001", labels: ["staff"]))
      }
    }
  }

  @Test func `members are listed in pages, by role, labels and text`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        try await prepare(client)
        var manager = ImportOptions()
        manager.role = "manager"
        _ = try await client.importRows(
          columns: ["external_id", "name", "labels"],
          rows: (0..<250).map { ["p\($0)", "Name \($0)", $0.isMultiple(of: 2) ? "vip" : "staff"] })
        _ = try await client.importRows(
          columns: ["external_id", "labels"], rows: [["boss", "vip,staff"]], options: manager)
        func ids(
          role: String? = nil, labels: [String] = [], text: String? = nil
        ) async throws -> [UInt64] {
          var ids: [UInt64] = []
          for try await member in client.listMembers(role: role, labels: labels, text: text) {
            ids.append(member.id)
          }
          return ids
        }
        #expect(try await ids() == Array(1...251))
        #expect(try await ids(role: "manager") == [251])
        #expect(try await ids(role: "1") == [251])
        #expect(try await ids(labels: ["vip", "staff"]) == [251])
        #expect(try await ids(labels: ["vip"]).count == 126)
        #expect(
          try await ids(role: "user", labels: ["vip"], text: "NAME 24") == [
            25, 241, 243, 245, 247, 249,
          ])
        #expect(try await ids(text: "P249") == [250])
        var request = ListMembersRequest(workspace: "")
        var sizes: [Int] = []
        repeat {
          let page = try await client.listMembers(request)
          sizes.append(page.members.count)
          request.pageToken = page.nextPageToken
        } while !request.pageToken.isEmpty
        #expect(sizes == [100, 100, 51])
        for wrong in [
          ListMembersRequest(workspace: "", role: "usr"),
          ListMembersRequest(workspace: "", labels: ["vpi"]),
          ListMembersRequest(workspace: "", pageToken: "x"),
          ListMembersRequest(workspace: "", pageToken: "-1"),
        ] {
          let error = await #expect(throws: MusterClientError.self) {
            try await client.listMembers(wrong)
          }
          #expect(error?.code == .invalidArgument)
        }
      }
    }
  }

  @Test func `a deleted member is gone, and its number is nobody's`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        try await prepare(client)
        _ = try await client.createSignup(Self.dana)
        let id = try await client.deleteMember(.email("dana@example.org"))
        #expect(id == 1)
        for key: MemberKey in [.id(1), .email("Dana@Example.org"), .phone("+15555550123")] {
          for call in ["get", "delete"] {
            let error = await #expect(throws: MusterClientError.self) {
              if call == "get" {
                _ = try await client.getMember(key)
              } else {
                try await client.deleteMember(key)
              }
            }
            #expect(error?.code == .notFound)
            let message = "The workspace has no member with this \(key.kind); look for it with: "
            #expect(error?.message == message + "muster member list --text PART")
          }
        }
        guard case .accepted(let again, true, true) = try await client.createSignup(Self.dana)
        else { throw TestFailure("The signup made nothing.") }
        #expect(again.id == 2 && again.member == Self.dana)
      }
    }
  }

  @Test(arguments: ["GetMember", "DeleteMember"])
  func `a request that names no member is refused`(_ method: String) async throws {
    try await TestDaemon.with { daemon in
      for (bytes, message) in [
        ([], "No member was named; set one of id, email, phone, external_id."),
        (ProtoBytes.field(3, ""), "The field email is empty; name a member."),
        (ProtoBytes.field(5, [0xFF]), "The field external_id is not valid UTF-8."),
        (ProtoBytes.field(4, [0x31, 0]), "The field phone has a NUL character in it."),
      ] as [([UInt8], String)] {
        let error = try await daemon.rawClient {
          await $0.unary("muster.v1.MemberService", method, bytes)
        }
        #expect(error?.code == .invalidArgument && error?.message == message)
      }
    }
  }

  @Test func `a signup of wrong columns is refused as an import is`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        func value(_ column: String) -> CreateSignupRequest.Value {
          CreateSignupRequest.Value(column: Array(column.utf8), cell: [0x78])
        }
        var request = CreateSignupRequest(
          workspace: "", values: ["emial", "name", "name", "form.a.b"].map(value))
        let error = await #expect(throws: MusterClientError.self) {
          try await client.createSignup(request) as SignupOutcome
        }
        #expect(error?.code == .invalidArgument)
        #expect(
          error?.message
            == "Unknown column \"emial\" (column 1); did you mean \"email\"? The column \"name\""
            + " (column 3) is there twice. Unknown form field \"form.a.b\" (column 4). No"
            + " identifier column: one of email, phone and external_id is needed.")
        request.values = ["external_id", "odd"].map(value)
        request.options.ignoresUnknownColumns = true
        let outcome = try await client.createSignup(request) as SignupOutcome
        guard case .accepted(let member, true, true) = outcome else {
          throw TestFailure("rejected")
        }
        #expect(member.externalID == "x")
        request.options.role = "usr"
        let unknown = await #expect(throws: MusterClientError.self) {
          try await client.createSignup(request) as SignupOutcome
        }
        #expect(unknown?.code == .invalidArgument)
      }
    }
  }
}
