import GRPCCore
import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

@testable import MusterServer

/// The calls with one answer.
@Suite(.timeLimit(.minutes(2))) struct ServiceTests {
  @Test(arguments: [
    ("muster.v1.ImportService", "Nothing"), ("muster.v1.NoService", "ImportMembers"),
    ("grpc.health.v1.Health", "check"), ("", ""), ("muster.v1.ImportService", "importMembers"),
  ])
  func `a method that nobody has is unimplemented`(
    _ service: String, _ method: String
  ) async throws {
    try await TestDaemon.with { daemon in
      let error = try await daemon.rawClient { await $0.unary(service, method, []) }
      #expect(error?.code == .unimplemented, "\(String(describing: error))")
      try await daemon.expectServesOn()
    }
  }

  @Test(arguments: [
    ("muster.v1.ImportService", "GetImport"), ("muster.v1.WorkspaceService", "CreateRole"),
    ("muster.v1.WorkspaceService", "CreateForm"), ("muster.v1.WorkspaceService", "CreateLabels"),
    ("muster.v1.WorkspaceService", "ListRoles"), ("grpc.health.v1.Health", "Check"),
    ("muster.v1.WorkspaceService", "CreateWorkspace"), ("muster.v1.MemberService", "GetMember"),
    ("muster.v1.MemberService", "ListMembers"), ("muster.v1.MemberService", "CreateSignup"),
    ("muster.v1.MemberService", "DeleteMember"),
    ("muster.v1.WorkspaceService", "RenameLabel"), ("muster.v1.WorkspaceService", "DeleteForm"),
    ("muster.v1.WorkspaceService", "AddFormField"),
    ("muster.v1.WorkspaceService", "DeleteWorkspace"),
  ])
  func `a request that is no message is refused by every call`(
    _ service: String, _ method: String
  ) async throws {
    try await TestDaemon.with { daemon in
      for bytes: [UInt8] in [[0xFF], [0x0A, 0x7F], [0x0A, 0x01, 0xFF]] {
        let error = try await daemon.rawClient { await $0.unary(service, method, bytes) }
        #expect(error?.code == .invalidArgument, "\(method): \(String(describing: error))")
        #expect(error?.message.isEmpty == false)
      }
      try await daemon.expectServesOn()
    }
  }

  @Test func `health knows the daemon and each of its services`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        let whole = try await client.health()
        #expect(whole == .serving)
        for service in [
          "muster.v1.ImportService", "muster.v1.MemberService", "muster.v1.WorkspaceService",
          "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
          "grpc.reflection.v1alpha.ServerReflection",
        ] {
          let status = try await client.health(service: service)
          #expect(status == .serving, "\(service)")
        }
        let error = await #expect(throws: MusterClientError.self) {
          try await client.health(service: "muster.v2.ImportService")
        }
        #expect(error?.code == .notFound)
      }
    }
  }

  @Test func `a watch of health says how it is, and goes on until it is cancelled`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.rawClient { raw in
        for (service, wanted) in [
          ("", HealthCheckResponse.ServingStatus.serving), ("no.Such", .serviceUnknown),
        ] {
          let statuses = Collected<HealthCheckResponse.ServingStatus>()
          let (came, come) = AsyncStream<Void>.makeStream()
          let task = Task {
            try? await raw.grpc.serverStreaming(
              request: ClientRequest(message: HealthCheckRequest(service: service)),
              descriptor: HealthMethods.watch, serializer: WireSerializer<HealthCheckRequest>(),
              deserializer: WireDeserializer<HealthCheckResponse>(), options: RawClient.options
            ) { response in
              for try await message in response.messages {
                statuses.append(message.status)
                come.yield()
              }
            }
          }
          for await _ in came { break }
          task.cancel()
          await task.value
          #expect(statuses.all == [wanted])
        }
      }
    }
  }

  @Test func `a new workspace has the two roles, and is listed with its file`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        let made = try await client.createWorkspace(CreateWorkspaceRequest(name: "acme"))
        #expect(made.store.hasSuffix("/acme.db"))
        #expect(try await client.listWorkspaces().map(\.name) == ["acme", "default"])
        #expect(try await client.listWorkspaces().contains(made))
        let roles = try await client.listRoles(ListRolesRequest(workspace: "acme"))
        #expect(roles.map(\.slug) == ["manager", "user"])
        let error = await #expect(throws: MusterClientError.self) {
          try await client.createWorkspace(CreateWorkspaceRequest(name: "acme"))
        }
        #expect(error?.code == .alreadyExists)
      }
    }
  }

  @Test func `labels, roles and forms are made once and listed`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        let first = try await client.createLabels(
          CreateLabelsRequest(workspace: "", slugs: ["vip", "alpha"]))
        #expect(first == CreateLabelsResponse(created: ["vip", "alpha"], existing: []))
        let second = try await client.createLabels(
          CreateLabelsRequest(workspace: "", slugs: ["new", "vip"]))
        #expect(second == CreateLabelsResponse(created: ["new"], existing: ["vip"]))
        #expect(
          try await client.listLabels(ListLabelsRequest(workspace: "")) == ["alpha", "new", "vip"])

        let role = try await client.createRole(CreateRoleRequest(workspace: "", slug: "nurse"))
        #expect(try await client.listRoles(ListRolesRequest(workspace: "")).last == role)

        let form = Form(
          slug: "patient",
          fields: [
            FormField(slug: "blood", type: .choice(["A+", "O-"]), isRequired: true),
            FormField(slug: "since", type: .date),
          ])
        let request = CreateFormRequest(workspace: "", form: form)
        #expect(try await client.createForm(request) == form)
        #expect(try await client.listForms(ListFormsRequest(workspace: "")) == [form])

        func code(_ call: () async throws -> Void) async -> MusterClientError.Code? {
          await #expect(throws: MusterClientError.self) { try await call() }?.code
        }
        #expect(await code { _ = try await client.createForm(request) } == .alreadyExists)
        #expect(
          await code {
            _ = try await client.createRole(CreateRoleRequest(workspace: "", slug: "nurse"))
          } == .alreadyExists)
        #expect(
          await code {
            _ = try await client.createRole(CreateRoleRequest(workspace: "", slug: "Bad slug"))
          } == .invalidArgument)
        #expect(
          await code {
            _ = try await client.createLabels(CreateLabelsRequest(workspace: "", slugs: []))
          } == .invalidArgument)
        #expect(
          await code {
            _ = try await client.createLabels(
              CreateLabelsRequest(workspace: "", slugs: ["good", "BAD"]))
          } == .invalidArgument)
        // All or none.
        #expect(
          try await client.listLabels(ListLabelsRequest(workspace: "")) == ["alpha", "new", "vip"])
      }
    }
  }

  @Test(arguments: StoreError.Code.allCases)
  func `every code of the store has the status of its name`(_ code: StoreError.Code) {
    let names: [StoreError.Code: RPCError.Code] = [
      .invalidArgument: .invalidArgument, .notFound: .notFound, .alreadyExists: .alreadyExists,
      .failedPrecondition: .failedPrecondition, .aborted: .aborted, .outOfRange: .outOfRange,
      .resourceExhausted: .resourceExhausted, .unavailable: .unavailable, .dataLoss: .dataLoss,
      .internalError: .internalError, .cancelled: .cancelled,
      .deadlineExceeded: .deadlineExceeded, .permissionDenied: .permissionDenied,
    ]
    #expect(code.status == names[code])
    let error = RPCError(StoreError(code, "A sentence."))
    #expect(error.code == names[code] && error.message == "A sentence.")
  }

  @Test func `a client is told at once when nobody listens`() async throws {
    try await withTemporaryDirectory { path in
      let error = await #expect(throws: MusterClientError.self) {
        try await withMusterClient(socketPath: path + "/none") { try await $0.health() }
      }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("\(path)/none") == true)
    }
  }
}
