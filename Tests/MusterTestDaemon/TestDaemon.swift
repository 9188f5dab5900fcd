internal import Glibc
internal import Logging
public import MusterClient
public import MusterCore
public import MusterServer
public import MusterStore
internal import MusterTestSupport
public import Testing

/// A daemon in this process, with a real store and a real socket.
public struct TestDaemon: Sendable {
  public let socketPath: String
  public let directory: DataDirectory
  public let server: MusterServer

  /// Serves until `body` returns, then removes all that it made.
  ///
  /// - Parameters:
  ///   - policy: Who may do what; nil for that of a daemon that is told nothing.
  ///   - isOpen: Whether every user of the machine can reach the socket.
  ///   - gate: Holds back the rows of all imports while it is shut.
  public static func with<Result: Sendable>(
    limits: Limits = Limits(), bounds: TransportBounds = TransportBounds(),
    policy: AccessPolicy? = nil, isOpen: Bool = false, gate: StoreGate? = nil,
    _ body: @escaping @Sendable (TestDaemon) async throws -> Result
  ) async throws -> Result {
    try await Gate.daemons.pass {
      try await serve(limits, bounds, (policy, isOpen), gate, body)
    }
  }

  private static func serve<Result: Sendable>(
    _ limits: Limits, _ bounds: TransportBounds, _ access: (policy: AccessPolicy?, isOpen: Bool),
    _ gate: StoreGate?,
    _ body: @escaping @Sendable (TestDaemon) async throws -> Result
  ) async throws -> Result {
    try await withTemporaryDirectory { path in
      let directory = try DataDirectory(path: path + "/data", limits: limits)
      if access.isOpen { unsafe chmod(path, 0o711) }
      return try await MusterServer.withServer(
        socketPath: path + "/s", stores: TestStores(directory: directory, gate: gate),
        limits: limits,
        permissions: access.isOpen
          ? SocketPermissions(mode: 0o666, group: nil) : SocketPermissions(),
        policy: access.policy, bounds: bounds,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      ) { server in
        try await body(
          TestDaemon(socketPath: server.socketPath, directory: directory, server: server))
      }
    }
  }

  /// Runs a closure with a client of our own library.
  public func client<Result: Sendable>(
    _ body: (MusterClient) async throws -> Result
  ) async throws -> Result {
    try await withMusterClient(socketPath: socketPath, body)
  }

  /// Asserts that the daemon is well and takes an import of one new member.
  public func expectServesOn(_ source: SourceLocation = #_sourceLocation) async throws {
    let serves = try await client { client in
      guard try await client.health() == .serving else { return false }
      let id = UInt64.random(in: 0 ... .max)
      let outcome = try await client.importRows(
        columns: ["external_id"], rows: [["serves-on-\(id)"]])
      return outcome.summary.progress.counts.created == 1
    }
    #expect(serves, "the daemon takes no import any more", sourceLocation: source)
  }

  /// All members as an export gives them, without its header.
  public func exportedRows(workspace: String = "") async throws -> [[String]] {
    try await client { client in
      try await client.exportMembers(workspace: workspace) { rows in
        var copies: [[String]] = []
        for try await row in rows { copies.append(row.cells.map { $0 ?? "" }) }
        return copies
      }
    }
  }
}
