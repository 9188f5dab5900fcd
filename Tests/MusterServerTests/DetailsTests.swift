import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// What a refused call tells a program: its reason, the fields that are wrong, and what it needs to
/// know besides.
@Suite(.timeLimit(.minutes(2))) struct DetailsTests {
  typealias Call = @Sendable (MusterClient) async throws -> Void

  /// A call that is refused.
  struct Refusal: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var reason: ErrorReason
    var fields: [String]
    var facts: [ErrorFact: String]
    var call: Call

    init(
      _ name: String, _ reason: ErrorReason, _ fields: [String] = [],
      _ facts: [ErrorFact: String] = [:], call: @escaping Call
    ) {
      testDescription = name
      self.reason = reason
      self.fields = fields
      self.facts = facts
      self.call = call
    }
  }

  private static let id = "0f0e0d0c-0b0a-4908-8706-050403020100"

  private static func list(role: String = "", labels: [String] = [], pageToken: String = "") -> Call
  {
    {
      _ = try await $0.listMembers(
        ListMembersRequest(workspace: "", role: role, labels: labels, pageToken: pageToken))
    }
  }

  private static func makeForm(_ fields: [FormField]) -> Call {
    {
      _ = try await $0.createForm(
        CreateFormRequest(workspace: "", form: Form(slug: "f", fields: fields)))
    }
  }

  private static func signUp(_ columns: [String], role: String = "user") -> Call {
    {
      var options = ImportOptions()
      options.role = role
      let values = columns.map {
        CreateSignupRequest.Value(column: Array($0.utf8), cell: Array("a@x.org".utf8))
      }
      _ = try await $0.createSignup(
        CreateSignupRequest(workspace: "", values: values, options: options))
    }
  }

  private static func begin(
    _ columns: [String] = ["email"], workspace: String = "", importID: String = "",
    role: String = "user"
  ) -> Call {
    {
      var options = ImportOptions()
      options.role = role
      _ = try await $0.importRows(
        workspace: workspace, columns: columns, rows: [], importID: importID, options: options)
    }
  }

  static let refusals: [Refusal] = [
    Refusal(
      "wrong columns", .wrongColumns, ["begin.columns[0]", "begin.columns[2]", "begin.columns"],
      call: begin(["emial", "name", "name"])),
    Refusal("a role of an import", .unknownRole, ["begin.options.role"], call: begin(role: "usr")),
    Refusal(
      "a workspace of an import", .invalidName, ["begin.workspace"], call: begin(workspace: "A")),
    Refusal("an import id", .invalidArgument, ["begin.import_id"], call: begin(importID: "x")),
    Refusal(
      "an unknown workspace", .workspaceNotFound, [], [.workspace: "nope"],
      call: begin(workspace: "nope")
    ),
    Refusal(
      "too many columns", .wrongColumns, ["begin.columns"],
      [.limit: "columnsMax", .limitValue: "1000", .setting: "limits.columns"],
      call: begin((0...1_000).map { "_\($0)" })),
    Refusal(
      "columns of a signup", .wrongColumns, ["values[0].column", "values"],
      call: signUp(["emial"])),
    Refusal(
      "the role of a signup", .unknownRole, ["options.role"], call: signUp(["email"], role: "usr")),
    Refusal("a role to list by", .unknownRole, ["role"], call: list(role: "usr")),
    Refusal("a label to list by", .unknownLabel, ["labels[0]"], call: list(labels: ["vip"])),
    Refusal("a page token", .invalidArgument, ["page_token"], call: list(pageToken: "x")),
    Refusal("an empty email", .malformedMessage, ["email"]) {
      _ = try await $0.getMember(GetMemberRequest(workspace: "", key: .email("")))
    },
    Refusal("an unknown member", .memberNotFound) {
      _ = try await $0.getMember(GetMemberRequest(workspace: "", key: .email("a@x.org")))
    },
    Refusal("an unknown import", .importNotFound, [], [.importID: id]) {
      _ = try await $0.getImport(GetImportRequest(workspace: "", importID: id))
    },
    Refusal("a workspace's name", .invalidName, ["name"]) {
      _ = try await $0.createWorkspace(CreateWorkspaceRequest(name: "No pe"))
    },
    Refusal("a workspace's new name", .invalidName, ["new_name"]) {
      _ = try await $0.renameWorkspace(RenameWorkspaceRequest(name: "w", newName: "No pe"))
    },
    Refusal("what cannot be changed", .notChangeable, [], [.workspace: "default"]) {
      _ = try await $0.deleteWorkspace(DeleteWorkspaceRequest(name: "default"))
    },
    Refusal("a role's name", .invalidName, ["slug"]) {
      _ = try await $0.createRole(CreateRoleRequest(workspace: "", slug: "A"))
    },
    Refusal("a role that is there", .alreadyExists) {
      _ = try await $0.createRole(CreateRoleRequest(workspace: "", slug: "user"))
    },
    Refusal("one label of two", .invalidName, ["slugs[1]"]) {
      _ = try await $0.createLabels(CreateLabelsRequest(workspace: "", slugs: ["ok", "BAD"]))
    },
    Refusal("no label", .invalidArgument, ["slugs"]) {
      _ = try await $0.createLabels(CreateLabelsRequest(workspace: "", slugs: []))
    },
    Refusal("a label to rename", .notFound) {
      _ = try await $0.renameLabel(RenameLabelRequest(workspace: "", slug: "a", newSlug: "b"))
    },
    Refusal(
      "a form's field", .invalidName, ["form.fields[1].slug"],
      call: makeForm([FormField(slug: "a", type: .text), FormField(slug: "B", type: .text)])),
    Refusal("a form without fields", .invalidForm, ["form.fields"], call: makeForm([])),
    Refusal(
      "a field that is named twice", .invalidForm, ["form.fields[1].slug"],
      call: makeForm([FormField(slug: "a", type: .text), FormField(slug: "a", type: .text)])),
    Refusal(
      "an empty choice", .invalidForm, ["form.fields[0].choices[1]"],
      call: makeForm([FormField(slug: "a", type: .choice(["x", ""]))])),
  ]

  @Test(arguments: refusals)
  func `a refused call has a reason, its fields and facts`(_ refusal: Refusal) async throws {
    try await TestDaemon.with { daemon in
      let error = await #expect(throws: MusterClientError.self) {
        try await daemon.client { try await refusal.call($0) }
      }
      #expect(error?.reason == refusal.reason)
      #expect(error?.fieldViolations.map(\.field) == refusal.fields)
      #expect(error?.facts == refusal.facts)
      if refusal.fields.count == 1 {
        #expect(error?.fieldViolations.first?.description == error?.message)
      }
    }
  }

  // MARK: Facts of an import that runs

  @Test func `a gap is told with the import and the row expected`() async throws {
    try await TestDaemon.with { daemon in
      let outcome = try await daemon.send([
        ProtoBytes.begin(columns: ["external_id"], importID: Self.id),
        ProtoBytes.chunk(firstRow: 0, rows: [["a"], ["b"]]),
        ProtoBytes.chunk(firstRow: 7, rows: [["c"]]),
      ])
      let details = try #require(outcome.error?.details)
      #expect(details.reason == "UNEXPECTED_ROW" && details.retryAfter == nil)
      #expect(
        details.facts == ["import_id": Self.id, "next_row": "2", "workspace": "default"])
    }
  }

  @Test func `a second stream on a running import is told when to come again`() async throws {
    try await TestDaemon.with { daemon in
      let second = Collected<MusterClientError>()
      try await daemon.rawClient { client in
        _ = await client.stream { sender in
          try await sender.send(ProtoBytes.begin(columns: ["email"], importID: Self.id))
          _ = try await sender.waitForAccepted()
          let error = await #expect(throws: MusterClientError.self) {
            try await daemon.client { try await Self.begin(importID: Self.id)($0) }
          }
          if let error { second.append(error) }
        }
      }
      let error = try #require(second.all.first)
      #expect(error.reason == .importRunning && error.facts == [.importID: Self.id])
      #expect(error.code == .aborted && error.retryAfter == .seconds(1))
    }
  }

  @Test(arguments: [(false, "rowsPerImport"), (true, "spooledRows")])
  func `a limit is told by its name, its value and its setting`(
    _ isPreview: Bool, _ setting: String
  ) async throws {
    var limits = Limits()
    limits.rowsPerImport = isPreview ? 0 : 2
    limits.spooledRowsMax = 2
    try await TestDaemon.with(limits: limits) { daemon in
      let options = ProtoBytes.field(3, isPreview ? ProtoBytes.field(9, 2) : [])
      let outcome = try await daemon.send([
        ProtoBytes.field(1, ProtoBytes.field(2, "email") + options),
        ProtoBytes.chunk(firstRow: 0, rows: [["a@x.org"], ["b@x.org"], ["c@x.org"]]),
      ])
      let details = try #require(outcome.error?.details)
      #expect(details.reason == "LIMIT_EXCEEDED" && details.facts["limit_value"] == "2")
      #expect(details.facts["limit"] == (isPreview ? "spooledRowsMax" : "rowsPerImport"))
      #expect(details.facts["setting"] == "limits.\(setting)")
    }
  }

  @Test func `a thousand wrong columns reach the client, cut`() async throws {
    try await TestDaemon.with { daemon in
      let name = String(repeating: "x", count: 60)
      let error = await #expect(throws: MusterClientError.self) {
        try await daemon.client { client in
          try await Self.begin((0..<1_000).map { "\(name)\($0)" })(client)
        }
      }
      let told = error?.fieldViolations.count ?? 0
      #expect(told > 10 && error?.reason == .wrongColumns)
      #expect(error?.facts[.violationsLeftOut] == "\(1_001 - told)")
      #expect(error?.message.hasSuffix(" more.") == true)
    }
  }
}
