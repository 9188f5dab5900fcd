import GRPCCore
import MusterClient
import MusterServer
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// A call is over when its deadline has passed or its client is gone, whatever the client does.
@Suite(.timeLimit(.minutes(3))) struct DeadlineTests {
  private static let importID = "0f0e0d0c-0b0a-4908-8706-050403020100"
  private static let begin = ProtoBytes.begin(columns: ["external_id"], importID: importID)
  private static let importMembers = "muster.v1.ImportService/ImportMembers"
  private static let exportMembers = "muster.v1.MemberService/ExportMembers"
  private static let backUpWorkspace = "muster.v1.MaintenanceService/BackUpWorkspace"

  /// How soon a call is over (Promises, P10.
  private static let overBound: Duration = .milliseconds(250)
  /// How often it is looked at: the best counts, since the machine may be busy with other things.
  private static let attemptsMax = 12

  /// A client that has begun an import, sent a row, and does nothing any more; nil if it is not
  /// seen to run within a bound, as when a busy machine comes to look after its deadline.
  private static func hungImport(
    _ daemon: TestDaemon, timeout: String? = nil, seenWithin bound: Duration
  ) async throws -> HungPeer? {
    let peer = try HungPeer(daemon.socketPath)
    peer.greet()
    peer.call(importMembers, timeout: timeout)
    peer.message(begin)
    peer.message(ProtoBytes.chunk(firstRow: 0, rows: [["u0"]]))
    let runs = try await becomesTrue(within: bound) { try await isRunning(daemon) }
    return runs ? peer : nil
  }

  private static func isRunning(_ daemon: TestDaemon) async throws -> Bool {
    try await daemon.send([begin]).error?.message.contains("on another stream") == true
  }

  /// How long an import holds out after something has happened to its client.
  private static func holdsOut(_ daemon: TestDaemon, after event: () -> Void) async throws
    -> Duration
  {
    let clock = ContinuousClock()
    event()
    return try await clock.measure {
      let isOver = try await becomesTrue(within: .seconds(20)) { try await !isRunning(daemon) }
      #expect(isOver, "the import is still held")
    }
  }

  @Test(arguments: ["cancelled", "killed"])
  func `an import whose client is gone is over at once`(_ how: String) async throws {
    try await TestDaemon.with { daemon in
      var shortest: Duration = .seconds(60)
      for _ in 0..<Self.attemptsMax where shortest > Self.overBound {
        guard let peer = try await Self.hungImport(daemon, seenWithin: .seconds(3))
        else { continue }
        let held = try await Self.holdsOut(daemon) {
          if how == "killed" { peer.die() } else { peer.cancel() }
        }
        shortest = min(shortest, held)
        // What comes too late is not applied.
        peer.message(ProtoBytes.chunk(firstRow: 1, rows: [["late"]]))
        try await daemon.expectServesOn()
        let progress = try await daemon.client { client in
          try await client.getImport(GetImportRequest(workspace: "", importID: Self.importID))
            .progress
        }
        #expect(progress.committed == 1)
      }
      #expect(shortest <= Self.overBound)
    }
  }

  @Test(arguments: ["400m", "400000u", "00400000u"])
  func `the daemon itself ends an import whose deadline has passed`(_ timeout: String) async throws
  {
    try await TestDaemon.with { daemon in
      var latest: Duration = .seconds(60)
      for _ in 0..<Self.attemptsMax where latest > .milliseconds(400) + Self.overBound {
        let clock = ContinuousClock()
        let start = clock.now
        guard
          let peer = try await Self.hungImport(
            daemon, timeout: timeout, seenWithin: .milliseconds(400))
        else { continue }
        _ = try await Self.holdsOut(daemon) {}
        #expect(start.duration(to: clock.now) >= .milliseconds(390))
        latest = min(latest, start.duration(to: clock.now))
        #expect(!peer.isDropped, "the call is over, not the connection")
        peer.message(ProtoBytes.chunk(firstRow: 1, rows: [["late"]]))
        try await daemon.expectServesOn()
        let outcome = try await daemon.send([Self.begin])
        #expect(outcome.accepted?.nextRow == 1)
      }
      #expect(latest <= .milliseconds(400) + Self.overBound)
    }
  }

  @Test func `a client that listens is told of its deadline, and where to go on`() async throws {
    try await TestDaemon.with { daemon in
      let answers = Collected<ImportResponse>()
      let error = await #expect(throws: RPCError.self) {
        try await daemon.rawClient { raw in
          try await raw.grpc.bidirectionalStreaming(
            request: StreamingClientRequest(metadata: ["grpc-timeout": "2S"]) { writer in
              try await writer.write(RawMessage(bytes: Self.begin))
              let chunk = ProtoBytes.chunk(firstRow: 0, rows: [["u0"]])
              try await writer.write(RawMessage(bytes: chunk))
              let (never, _) = AsyncStream<Void>.makeStream()
              for await _ in never {}
            },
            descriptor: ImportMethods.importMembers, serializer: RawSerializer(),
            deserializer: WireDeserializer<ImportResponse>(), options: .defaults
          ) { response in
            for try await message in response.messages { answers.append(message) }
          }
        }
      }
      #expect(error?.code == .deadlineExceeded)
      guard case .progress(let progress) = answers.all.last else {
        Issue.record("The last answer is no progress: \(answers.all)")
        return
      }
      #expect(progress.committed == 1)
    }
  }

  /// Runs a call of which one may run at a time beside one that nobody reads.
  private static func waitsForPlace(
    of method: String, bounds: TransportBounds, refusal: String,
    _ call: @escaping @Sendable (TestDaemon) async throws -> Int
  ) async throws {
    try await TestDaemon.with(bounds: bounds) { daemon in
      _ = try await daemon.client { client in
        let name = String(repeating: "n", count: 2_000)
        return try await client.importRows(
          columns: ["external_id", "name"], rows: (0..<2_000).map { ["u\($0)", name] })
      }
      var peer = try HungPeer(daemon.socketPath)
      var isRefused = false
      // It is refused itself if it comes while we look: then another one tries.
      for _ in 0..<20 where !isRefused {
        peer = try HungPeer(daemon.socketPath)
        peer.greet()
        peer.call(method, timeout: "3000000u")
        peer.message([], isLast: true)
        isRefused = try await becomesTrue(within: .seconds(2)) {
          do {
            _ = try await call(daemon)
            return false
          } catch let error as MusterClientError {
            return error.code == .resourceExhausted && error.message.contains(refusal)
          }
        }
      }
      #expect(isRefused)
      let isFree = await becomesTrue(within: .seconds(20)) {
        (try? await call(daemon)) == 2_000
      }
      #expect(isFree)
      #expect(!peer.isDropped)
    }
  }

  @Test func `an export that nobody reads gives its place back at its deadline`() async throws {
    var bounds = TransportBounds()
    bounds.exportsMax = 1
    try await Self.waitsForPlace(of: Self.exportMembers, bounds: bounds, refusal: "1 exports") {
      try await $0.exportedRows().count
    }
  }

  @Test func `a backup that nobody reads gives its place back at its deadline`() async throws {
    var bounds = TransportBounds()
    bounds.maintenanceMax = 1
    try await Self.waitsForPlace(
      of: Self.backUpWorkspace, bounds: bounds, refusal: "1 checks and backups"
    ) { daemon in
      try await daemon.client { client in
        let request = CheckWorkspaceRequest(workspace: "")
        return Int(try await client.checkWorkspace(request) { _ in }.members)
      }
    }
  }
}
