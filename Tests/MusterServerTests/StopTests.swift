import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import MusterCore
import MusterStore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

@testable import MusterServer

/// What a client hears of a daemon that is told to stop while its import is at different places.
@Suite(.timeLimit(.minutes(2))) struct StopTests {
  private static let importID = "0f0e0d0c-0b0a-4908-8706-050403020100"
  private static let begin = ProtoBytes.begin(columns: ["external_id"], importID: importID)
  private static let chunk = ProtoBytes.chunk(firstRow: 0, rows: [["u0"], ["u1"]])

  /// Runs a stream on a daemon that the closure stops.
  private static func stream(
    _ send: @escaping @Sendable (RawSender, _ server: MusterServer) async throws -> Void
  ) async throws -> StreamOutcome {
    try await Gate.daemons.pass {
      try await withTemporaryDirectory { path in
        let stores = TestStores(directory: try DataDirectory(path: path + "/data"))
        return try await MusterServer.withServer(
          socketPath: path + "/s", stores: stores, limits: Limits(),
          logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { server in
          let transport = try HTTP2ClientTransport.Posix(
            target: .unixDomainSocket(path: path + "/s", authority: "localhost"),
            transportSecurity: .plaintext)
          return try await withGRPCClient(transport: transport) { grpc in
            await RawClient(grpc: grpc).stream { sender in
              try await send(sender, server)
              // The client stays: its side of the stream is not closed.
              while await sender.next() != nil {}
            }
          }
        }
      }
    }
  }

  @Test func `an import in the middle is told where to go on`() async throws {
    let outcome = try await Self.stream { sender, server in
      try await sender.send(Self.begin)
      try await sender.send(Self.chunk)
      try await sender.waitForCommitted(2)
      server.beginGracefulShutdown()
    }
    #expect(outcome.error?.code == .unavailable)
    #expect(outcome.error?.message.contains("goes on at row 2") == true)
    #expect(outcome.lastProgress?.committed == 2)
  }

  @Test func `an import that has its summary is finished, and not told otherwise`() async throws {
    let outcome = try await Self.stream { sender, server in
      try await sender.send(Self.begin)
      try await sender.send(Self.chunk)
      try await sender.send(ProtoBytes.finish(rowCount: 2))
      while let answer = await sender.next() {
        if case .summary = answer { break }
      }
      server.beginGracefulShutdown()
    }
    #expect(outcome.error == nil, "\(String(describing: outcome.error))")
    #expect(outcome.summary?.progress.committed == 2)
  }

  @Test func `a stream that has not begun is told that the daemon stops`() async throws {
    let outcome = try await Self.stream { sender, server in
      #expect(await becomesTrue(within: .seconds(20)) { server.callIdleTime == nil })
      server.beginGracefulShutdown()
    }
    #expect(outcome.error?.code == .unavailable)
    #expect(outcome.error?.message.contains("The daemon is stopping; begin") == true)
  }
}
