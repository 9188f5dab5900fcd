import Glibc
import Logging
import MusterCore
import MusterTestSupport
import Testing

@testable import MusterServer

/// A connection that is closed for what its client did is a line of the log.
@Suite(.timeLimit(.minutes(1))) struct ClosedConnectionTests {
  /// Keeps each line with its metadata, in the order of their keys.
  private struct Lines: LogHandler {
    let lines: Collected<String>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(_ lines: Collected<String>) { self.lines = lines }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let facts = (event.metadata ?? [:]).sorted { $0.key < $1.key }
      lines.append(
        "\(event.message)" + facts.map { " \($0.key)=\($0.value)" }.joined())
    }
  }

  private static func logger(_ lines: Collected<String>) -> Logger {
    Logger(label: "test") { _ in Lines(lines) }
  }

  /// What a client sends, and what the line says of it.
  private static let closings: [(bytes: [UInt8], reason: String)] = {
    let opening = FrameBytes.preface + FrameBytes.settings
    let headers = (0..<8).flatMap {
      FrameBytes.frame(type: $0 == 0 ? 1 : 9, stream: 1, Array(repeating: 0x83, count: 16_000))
    }
    return [
      ([], "it sent no preface in time"),
      (Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8), "it does not speak HTTP/2"),
      (opening + headers, "it sent metadata over the limit of 16 KiB"),
      (
        opening + FrameBytes.frame(type: 0, stream: 0, [0]),
        "it broke the rules of HTTP/2: UnableToParseFrame"
      ),
      (
        opening + (0..<30_000).flatMap { _ in FrameBytes.frame(type: 0xBE, []) },
        "it sent too many control frames"
      ),
    ]
  }()

  @Test(arguments: 0..<5)
  func `the line says who did what`(_ number: Int) async throws {
    let (bytes, reason) = Self.closings[number]
    let lines = Collected<String>()
    let bounds = ConnectionBounds(prefaceMillisecondsMax: bytes.isEmpty ? 100 : 60_000)
    try await GuardedListener.with(bounds, logger: Self.logger(lines)) { listener in
      try await listener.connect { connection in
        if !bytes.isEmpty { try? await connection.send(bytes) }
        _ = await connection.framesToEnd()
      }
    }
    let wanted = "closed a connection peer_pid=\(getpid()) peer_uid=\(geteuid()) reason=\(reason)"
    #expect(lines.all == [wanted])
  }

  @Test func `lines of a user are bounded, and leave out none of another's`() {
    let lines = Collected<String>()
    let closed = ClosedConnections(logger: Self.logger(lines))
    for _ in 0..<1_000 {
      closed.log(Peer(processID: 1, caller: AccessCaller(user: 1, groups: [])), "it floods")
    }
    #expect(lines.count == ClosedConnections.linesPerMinuteMax)
    closed.log(Peer(processID: 2, caller: AccessCaller(user: 2, groups: [])), "it is silent")
    #expect(lines.all.last == "closed a connection peer_pid=2 peer_uid=2 reason=it is silent")
    for user in 3..<1_000 {
      let caller = AccessCaller(user: UInt32(user), groups: [])
      closed.log(Peer(processID: 3, caller: caller), "it floods")
    }
    // A hundred users are told apart, the others have the lines of one.
    #expect(lines.count <= 2 * ClosedConnections.linesPerMinuteMax + 101)
  }
}
