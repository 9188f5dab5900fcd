import Logging
import MusterClient
import MusterCore
import MusterServer
import MusterStore
import MusterTestSupport
import Testing

/// A daemon in this process, with a real store and a real socket.
struct TestDaemon: Sendable {
  let socketPath: String
  let directory: DataDirectory

  /// The data directory as the services see it; what musterd does too.
  struct Stores: StoreProvider {
    let directory: DataDirectory

    func workspace(_ name: String) throws(StoreError) -> any MemberStore {
      try directory.workspace(name)
    }

    func createWorkspace(_ name: String) throws(StoreError) -> any MemberStore {
      try directory.create(name)
    }

    func listWorkspaces() throws(StoreError) -> [(name: String, location: String)] {
      try directory.list().map { (name: $0.name, location: $0.file) }
    }
  }

  /// Serves until `body` returns, then removes all that it made.
  static func with<Result: Sendable>(
    limits: Limits = Limits(), _ body: @escaping @Sendable (TestDaemon) async throws -> Result
  ) async throws -> Result {
    try await Gate.daemons.pass {
      try await serve(limits, body)
    }
  }

  private static func serve<Result: Sendable>(
    _ limits: Limits, _ body: @escaping @Sendable (TestDaemon) async throws -> Result
  ) async throws -> Result {
    try await withTemporaryDirectory { path in
      let directory = try DataDirectory(path: path + "/data", limits: limits)
      let daemon = TestDaemon(socketPath: path + "/s", directory: directory)
      return try await MusterServer.withServer(
        socketPath: daemon.socketPath, stores: Stores(directory: directory), limits: limits,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      ) { _ in try await body(daemon) }
    }
  }

  /// Runs a closure with a client of our own library.
  func client<Result: Sendable>(
    _ body: (MusterClient) async throws -> Result
  ) async throws -> Result {
    try await withMusterClient(socketPath: socketPath, body)
  }

  /// Asserts that the daemon is well and takes an import of one new member.
  func expectServesOn(_ source: SourceLocation = #_sourceLocation) async throws {
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
  func exportedRows(workspace: String = "") async throws -> [[String]] {
    let rows = Collected<[String]>()
    try await client { client in
      try await client.exportMembers(ExportMembersRequest(workspace: workspace, with: [])) { _ in
      } chunk: { chunk in
        for row in copyRows(chunk) { rows.append(row.map { String(decoding: $0, as: UTF8.self) }) }
      }
    }
    return rows.all
  }
}
