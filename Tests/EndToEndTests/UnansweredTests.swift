import Foundation
import MusterTestSupport
import Testing

/// A socket that accepts connections, and a daemon that does not answer on it.
@Suite(.timeLimit(.minutes(4)), .serialized) struct UnansweredTests {
  private static let notice = "accepts connections, and its daemon does not answer; waiting for"
  private static let failure = "Nobody has answered on the socket"

  /// Each begins with a call of another kind.
  private static let commands = [
    ["import", "m.csv", "--yes", "--output", "text"], ["import", "n.csv", "--output", "ndjson"],
    ["import", "/dev/stdin"], ["preview", "m.csv"], ["export"], ["signup", "email=a@example.org"],
    ["member", "list"], ["label", "list"], ["workspace", "create", "w"], ["imports", "list"],
    ["imports", "watch", "0f0e0d0c-0b0a-4908-8706-050403020100"], ["check"],
    ["backup", "--to", "b.db"],
  ]

  /// A socket as a service manager holds it whose daemon cannot be started.
  private func held(_ path: String) throws -> Int32 {
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0, listen(listener, 64) == 0 else { throw TestFailure("No socket: \(errno).") }
    return listener
  }

  @Test func `every command says what it waits for, and gives up`() async throws {
    try await withTemporaryDirectory { path in
      let installation = Installation(directory: path)
      // Not the same import: two commands never carry out one at the same time.
      let files = try ["m.csv", "n.csv", "input.csv"].map {
        try installation.write($0, "email\n\($0)@example.org\n")
      }
      let listener = try held(installation.socketPath)
      defer { close(listener) }
      let environment = ["MUSTER_RECONNECT_SECONDS": "3"]
      let running = try Self.commands.map {
        try installation.start($0, input: .file(files[2]), environment: environment)
      }
      let start = ContinuousClock.now
      for (arguments, process) in zip(Self.commands, running) {
        let result = await installation.result(process)
        #expect(result.exitCode == 1, "\(arguments): \(result)")
        #expect(result.output == "", "\(arguments): \(result)")
        for (text, count) in [(Self.notice, 1), (Self.failure, 1), ("journalctl -u musterd", 2)] {
          let parts = result.errors.components(separatedBy: text)
          #expect(parts.count - 1 == count, "\(arguments): \(result.errors)")
        }
        #expect(.now - start < .seconds(30))
      }
    }
  }

  @Test func `health waits less long than other commands`() async throws {
    try await withTemporaryDirectory { path in
      let installation = Installation(directory: path)
      let listener = try held(installation.socketPath)
      defer { close(listener) }
      let start = ContinuousClock.now
      let result = try await installation.run("health")
      #expect(result.exitCode == 1 && result.errors.contains(Self.failure), "\(result)")
      #expect(ContinuousClock.now - start < .seconds(15))
    }
  }

  @Test func `a daemon that is stopped is waited for, and found when it goes on`() async throws {
    try await Installation.with { installation, daemon in
      daemon.send(SIGSTOP)
      let command = try installation.start(["label", "list"])
      defer { command.end() }
      let notice = await command.errors.line(containing: Self.notice)
      daemon.send(SIGCONT)
      #expect(notice != nil)
      let result = await installation.result(command)
      #expect(result.exitCode == 0, "\(result)")
    }
  }

  @Test func `a daemon whose connections are all taken up is waited for`() async throws {
    try await withTemporaryDirectory { path in
      let installation = Installation(directory: path)
      let listener = try held(installation.socketPath)
      defer { close(listener) }
      // The queue of 64 is full, and one more is refused with EAGAIN.
      let peers = try (0..<65).map { _ in try HungPeer(installation.socketPath) }
      let result = try await installation.run(
        "label", "list", environment: ["MUSTER_RECONNECT_SECONDS": "3"])
      #expect(result.exitCode == 1 && result.errors.contains(Self.failure), "\(result)")
      #expect(peers.count == 65)
    }
  }
}
