import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Glibc
import MusterClient
import MusterCore
import MusterStore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

@testable import MusterServer

/// The policy at the wire, asked by users whom the kernel names.
@Suite(.timeLimit(.minutes(2)), .enabled(if: OtherUser.canRun, "\(OtherUser.reason)"))
struct PolicyTests {
  private static let user: UInt32 = 31_001
  private static let staff: UInt32 = 31_050

  private static func policy(_ rules: AccessRule...) -> AccessPolicy {
    AccessPolicy(owner: geteuid(), rules: rules)
  }

  /// Runs a closure with a daemon, and a client of another user.
  private func with<Result: Sendable>(
    _ policy: AccessPolicy, user: UInt32 = Self.user, groups: [UInt32] = [Self.user],
    bounds: TransportBounds = TransportBounds(),
    _ body: @escaping @Sendable (TestDaemon, OtherUser) async throws -> Result
  ) async throws -> Result {
    try await TestDaemon.with(bounds: bounds, policy: policy, isOpen: true) { daemon in
      try await OtherUser.with(user, groups: groups, to: daemon.socketPath) { other in
        try await body(daemon, other)
      }
    }
  }

  private func refusal<Result>(_ call: () async throws -> Result) async -> MusterClientError? {
    do {
      _ = try await call()
      return nil
    } catch {
      return error as? MusterClientError
    }
  }

  // MARK: Who

  @Test func `whom no rule is about is told so at each call but those of health`() async throws {
    try await with(Self.policy(AccessRule(.user(1), on: .all, scopes: [.readMembers]))) {
      daemon, other in
      try await withMusterClient(socketPath: other.socketPath) { client in
        for _ in 0..<2 {
          #expect(await refusal { try await client.health() } == nil)
          let error = await refusal { try await client.listWorkspaces() }
          #expect(error?.code == .permissionDenied && error?.reason == .noAccess)
          #expect(error?.message.contains("uid \(Self.user)") == true)
        }
        let error = await refusal { try await client.importRows(columns: ["email"], rows: []) }
        #expect(error?.reason == .noAccess)
      }
      try await daemon.expectServesOn()
    }
  }

  @Test func `only a few of those whom no rule is about are connected at the same time`()
    async throws
  {
    var bounds = TransportBounds()
    bounds.strangerConnectionsMax = 2
    try await with(Self.policy(), bounds: bounds) { daemon, other in
      let first = try HungPeer(other.socketPath)
      let second = try HungPeer(other.socketPath)
      first.greet()
      second.greet()
      // A third one is closed as soon as both of them are there.
      let isBounded = await becomesTrue(within: .seconds(10)) {
        await refusal {
          try await withMusterClient(socketPath: other.socketPath) { try await $0.health() }
        }?.code == .unavailable
      }
      #expect(isBounded)
      try await daemon.expectServesOn()
      withExtendedLifetime((first, second)) {}
    }
  }

  @Test(
    arguments: [
      // own group, supplementary groups, whether the rule of the group is about the caller
      ([staff], true), ([user, staff], true), ([user, 1, 2, 3, staff], true), ([user], false),
      ([user] + (0..<300).map { 40_000 + $0 } + [staff], true), ([user, 65_534], false),
    ] as [([UInt32], Bool)])
  func `a rule of a group is about all who are in it`(
    _ groups: [UInt32], _ isIn: Bool
  ) async throws {
    let policy = Self.policy(AccessRule(.group(Self.staff), on: .all, scopes: [.readMembers]))
    try await with(policy, groups: groups) { _, other in
      let error = await refusal {
        try await withMusterClient(socketPath: other.socketPath) {
          try await $0.listWorkspaces()
        }
      }
      #expect((error == nil) == isIn)
      if !isIn { #expect(error?.reason == .noAccess) }
    }
  }

  @Test func `nobody is in no group`() async throws {
    let policy = Self.policy(AccessRule(.group(Self.staff), on: .all, scopes: [.readMembers]))
    try await with(policy, user: 65_534, groups: [65_534, Self.staff]) { _, other in
      let error = await refusal {
        try await withMusterClient(socketPath: other.socketPath) {
          try await $0.listWorkspaces()
        }
      }
      #expect(error?.reason == .noAccess)
    }
  }

  // MARK: What, and where

  @Test func `every method is refused without its scopes, and what is not there looks the same`()
    async throws
  {
    let policy = Self.policy(AccessRule(.user(Self.user), on: .named(["own"]), scopes: []))
    try await with(policy) { daemon, other in
      _ = try daemon.directory.create("there")
      let transport = try HTTP2ClientTransport.Posix(
        target: .unixDomainSocket(path: other.socketPath, authority: "localhost"),
        transportSecurity: .plaintext)
      try await withGRPCClient(transport: transport) { grpc in
        let raw = RawClient(grpc: grpc)
        for (name, access) in MethodAccess.table.sorted(by: { $0.key < $1.key }) {
          guard case .scopes = access else { continue }
          let parts = name.split(separator: "/").map(String.init)
          var messages: Set<String> = []
          for workspace in ["there", "gone"] {
            let error = await raw.unary(
              parts[0], parts[1], ProtoBytes.field(1, workspace) + Self.rest(of: parts[1]))
            #expect(error?.code == .permissionDenied, "\(name): \(error?.message ?? "no error")")
            #expect(error?.details?.reason == "SCOPE_MISSING", "\(name)")
            #expect(error?.details?.facts["workspace"] == workspace, "\(name)")
            let scopes = access.scopes().map(\.rawValue)
            #expect(error?.details?.facts["scope"] == scopes.first, "\(name)")
            let message = error?.message.replacing(workspace, with: "NAME") ?? ""
            messages.insert(message)
          }
          #expect(messages.count == 1, "\(name) tells whether a workspace is there")
        }
        for mode in [ImportOptions.Mode.apply, .preview] {
          let wireMode: UInt64 = mode == .preview ? 2 : 1
          let begin =
            ProtoBytes.field(1, "there") + ProtoBytes.field(2, "email")
            + ProtoBytes.field(3, ProtoBytes.field(9, wireMode))
          let error = await raw.send([ProtoBytes.field(1, begin)]).error
          let scope = mode == .preview ? "members:read" : "members:write"
          #expect(error?.details?.facts == ["scope": scope, "workspace": "there"])
        }
      }
    }
  }

  /// What a request needs besides its workspace to be one that can be read.
  private static func rest(of method: String) -> [UInt8] {
    let field = ProtoBytes.field(1, "a") + ProtoBytes.field(2, 1)
    return switch method {
    case "GetMember", "DeleteMember": ProtoBytes.field(2, 1)
    case "CreateForm": ProtoBytes.field(2, ProtoBytes.field(1, "f") + ProtoBytes.field(2, field))
    case "AddFormField", "UpdateFormField":
      ProtoBytes.field(2, "f") + ProtoBytes.field(3, field)
    default: []
    }
  }

  @Test func `a caller lists the workspaces on which it has a scope, and no other`() async throws {
    let policy = Self.policy(
      AccessRule(.user(Self.user), on: .named(["crm", "later"]), scopes: [.readWorkspace]))
    try await with(policy) { daemon, other in
      for name in ["crm", "shop"] { _ = try daemon.directory.create(name) }
      try await withMusterClient(socketPath: other.socketPath) { client in
        let listed = try await client.listWorkspaces().map(\.name)
        #expect(listed == ["crm"])
        let labels = try await client.listLabels(ListLabelsRequest(workspace: "crm"))
        #expect(labels == [])
        let missing = await refusal {
          try await client.listLabels(ListLabelsRequest(workspace: "later"))
        }
        #expect(missing?.reason == .workspaceNotFound)
        let made = await refusal {
          try await client.createWorkspace(CreateWorkspaceRequest(name: "later"))
        }
        #expect(made?.facts == [.scope: "workspace:admin", .workspace: "later"])
      }
      try await daemon.client { client in
        let all = try await client.listWorkspaces().map(\.name)
        #expect(all == ["crm", "default", "shop"])
      }
    }
  }

  @Test func `who may write imports, and who may only read previews`() async throws {
    let policy = Self.policy(
      AccessRule(.user(Self.user), on: .named(["default"]), scopes: [.readMembers]),
      AccessRule(.group(Self.staff), on: .named(["default"]), scopes: [.writeMembers]))
    try await TestDaemon.with(policy: policy, isOpen: true) { daemon in
      func run(_ groups: [UInt32], isPreview: Bool) async throws -> MusterClientError? {
        try await OtherUser.with(Self.user, groups: groups, to: daemon.socketPath) { other in
          await refusal {
            try await withMusterClient(socketPath: other.socketPath) { client in
              if isPreview {
                let preview = try await client.previewMembers(columns: [.email]) { rows in
                  try await rows.write(Member(email: "a@example.org"))
                }
                #expect(preview.counts.created == 1)
              } else {
                _ = try await client.importRows(columns: ["email"], rows: [["a@example.org"]])
              }
            }
          }
        }
      }
      #expect(try await run([Self.user], isPreview: true) == nil)
      let refused = try await run([Self.user], isPreview: false)
      #expect(refused?.facts == [.scope: "members:write", .workspace: "default"])
      #expect(try await daemon.exportedRows().isEmpty)
      #expect(try await run([Self.user, Self.staff], isPreview: false) == nil)
      #expect(try await daemon.exportedRows().count == 1)
    }
  }

  // MARK: Forging, and changing

  @Test func `no header and no address makes a caller somebody else`() async throws {
    try await with(Self.policy()) { daemon, other in
      // The daemon's own connection is the first, and the other's is bound to its address.
      let root = try HungPeer(daemon.socketPath)
      root.greet()
      defer { withExtendedLifetime(root) {} }
      let transport = try HTTP2ClientTransport.Posix(
        target: .unixDomainSocket(path: other.socketPath, authority: "unix:peer-1"),
        transportSecurity: .plaintext)
      try await withGRPCClient(transport: transport) { grpc in
        var metadata = Metadata()
        for name in [
          "peer", "remote-peer", "x-peer", "peer-uid", "uid", "user", "x-forwarded-for",
          "forwarded",
          "muster-peer", "x-muster-uid", "authorization", "x-real-user", "grpc-peer",
        ] {
          for value in ["0", "unix:peer-1", "root", "uid=0", "Bearer root"] {
            metadata.addString(value, forKey: name)
          }
        }
        let error = await #expect(throws: RPCError.self) {
          try await grpc.unary(
            request: ClientRequest(message: ListWorkspacesRequest(), metadata: metadata),
            descriptor: WorkspaceMethods.listWorkspaces,
            serializer: WireSerializer<ListWorkspacesRequest>(),
            deserializer: WireDeserializer<ListWorkspacesResponse>(), options: RawClient.options
          ) { try $0.message }
        }
        #expect(error?.details?.reason == "NO_ACCESS")
      }
    }
  }

  @Test func `another policy decides the next call of an open connection, not one that runs`()
    async throws
  {
    let writer = Self.policy(AccessRule(.user(Self.user), on: .all, scopes: [.writeMembers]))
    try await with(writer) { daemon, other in
      let transport = try HTTP2ClientTransport.Posix(
        target: .unixDomainSocket(path: other.socketPath, authority: "localhost"),
        transportSecurity: .plaintext)
      try await withGRPCClient(transport: transport) { grpc in
        let raw = RawClient(grpc: grpc)
        let begin = ProtoBytes.begin(columns: ["external_id"])
        let outcome = await raw.stream { sender in
          try await sender.send(begin)
          _ = try await sender.waitForAccepted()
          daemon.server.replacePolicy(with: Self.policy())
          let error = await raw.send([begin]).error
          #expect(error?.details?.reason == "NO_ACCESS")
          try await sender.send(ProtoBytes.chunk(firstRow: 0, rows: [["u0"]]))
          try await sender.send(ProtoBytes.finish(rowCount: 1))
        }
        #expect(outcome.error == nil && outcome.summary?.progress.counts.created == 1)
        daemon.server.replacePolicy(with: writer)
        #expect(await raw.send([begin, ProtoBytes.finish(rowCount: 0)]).error == nil)
      }
    }
  }
}

/// How much of it is logged.
@Suite struct RefusalLogTests {
  @Test func `so many lines are logged in a period, and the others counted`() {
    var pace = LogPace(linesMax: 10, in: .seconds(1))
    let start = ContinuousClock.now
    for _ in 0..<10 {
      #expect(pace.next(at: start) == .log(leftOutCount: 0))
    }
    for _ in 0..<5 { #expect(pace.next(at: start + .milliseconds(999)) == .leaveOut) }
    #expect(pace.next(at: start + .seconds(1)) == .log(leftOutCount: 5))
    #expect(pace.next(at: start + .seconds(1)) == .log(leftOutCount: 0))
  }
}
