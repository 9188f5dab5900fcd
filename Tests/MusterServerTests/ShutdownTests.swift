import Logging
import MusterClient
import MusterCore
import MusterServer
import MusterStore
import MusterTestDaemon
import MusterTestSupport
import Testing

/// A server that ends while its clients go on calling ends in order.
@Suite(.timeLimit(.minutes(2))) struct ShutdownTests {
  /// Opens stream after stream on one connection until the daemon is gone.
  private static func keepCalling(_ socketPath: String, _ calls: Collected<Void>) async {
    try? await withMusterClient(socketPath: socketPath) { client in
      while true {
        guard try await client.health() == .serving else { return }
        calls.append(())
      }
    }
  }

  private static func result(
    _ body: () async throws -> Void
  ) async -> Result<Void, any Error> {
    do {
      return .success(try await body())
    } catch {
      return .failure(error)
    }
  }

  /// Runs a server under four such clients and ends it by leaving its closure.
  private static func serveUnderLoad(_ leave: @escaping @Sendable () throws -> Void) async throws {
    try await withTemporaryDirectory { path in
      let stores = TestStores(directory: try DataDirectory(path: path + "/data"))
      let socketPath = path + "/s"
      let calls = Collected<Void>()
      let clients = (0..<4).map { _ in AsyncStream<Void>.makeStream() }
      let tasks = clients.map { client in
        Task {
          for await _ in client.stream { break }
          await Self.keepCalling(socketPath, calls)
        }
      }
      let result = await Self.result {
        try await MusterServer.withServer(
          socketPath: socketPath, stores: stores, limits: Limits(),
          logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { _ in
          for client in clients { client.continuation.finish() }
          // A client that is refused makes no calls; the test must end all the same.
          let deadline = ContinuousClock.now.advanced(by: .seconds(20))
          while calls.count < 100 && .now < deadline { await Task.yield() }
          try leave()
        }
      }
      for task in tasks { await task.value }
      try result.get()
    }
  }

  @Test func `leaving in order under clients that keep calling harms nobody`() async throws {
    try await Gate.daemons.pass {
      for _ in 0..<5 { try await Self.serveUnderLoad {} }
    }
  }

  /// In a process of its own: when the rule is broken, NIO traps.
  @Test func `an error of the closure ends the server in order too, and is thrown`() async {
    await Gate.daemons.pass {
      _ = await #expect(processExitsWith: .success) {
        for _ in 0..<5 {
          let error = await #expect(throws: TestFailure.self) {
            try await ShutdownTests.serveUnderLoad { throw TestFailure("enough") }
          }
          #expect(error?.description == "enough")
        }
      }
    }
  }
}
