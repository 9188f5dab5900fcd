import Foundation
import MusterClient
import MusterTestSupport
import Testing

/// The daemon's memory is bounded, whatever its clients send and leave unread.
@Suite(.timeLimit(.minutes(2)), .serialized) struct MemoryTests {
  /// Promises, P8; the few members of these tests add nothing to it.
  private static let residentBytesMax = 320 << 20
  private static let unlimited = #"{"limits": {"rowsPerImport": 0, "bytesPerImport": 0}}"#

  /// The most memory that a process has had, in bytes.
  private static func peak(_ process: RunningProcess) throws -> Int {
    let file = "/proc/\(process.processIdentifier)/status"
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { throw TestFailure("\(file) has no VmHWM.") }
    return kilobytes << 10
  }

  /// The most memory that a daemon has had once it has stood still for 20 imports of others.
  private static func restingPeak(
    _ installation: Installation, _ daemon: RunningProcess
  ) async throws -> Int {
    try await withMusterClient(socketPath: installation.socketPath) { client in
      var (peak, stillCount) = (0, 0)
      while stillCount < 20 {
        _ = try await client.importRows(
          columns: ["external_id"], rows: [["other"]], importID: "")
        let now = try Self.peak(daemon)
        stillCount = now == peak ? stillCount + 1 : 0
        peak = now
      }
      return peak
    }
  }

  @Test(arguments: [(20, 2_000, 10_000), (90, 60_000, 600)])
  func `exports that nobody reads`(
    _ exportCount: Int, _ nameBytes: Int, _ memberCount: Int
  ) async throws {
    try await Installation.with(config: Self.unlimited) { installation, daemon in
      try await withMusterClient(socketPath: installation.socketPath) { client in
        let name = String(repeating: "n", count: nameBytes)
        _ = try await client.importRows(
          columns: ["external_id", "name"], rows: (0..<memberCount).map { ["u\($0)", name] },
          rowsPerChunk: 50)
      }
      let peers = try (0..<exportCount).map { _ in
        let peer = try HungPeer(installation.socketPath)
        // As if it would take everything: only the socket holds the daemon back.
        peer.greet(windowBytes: 0x7FFF_FFFF)
        peer.call("muster.v1.MemberService/ExportMembers")
        peer.message([], isLast: true)
        return peer
      }
      #expect(try await Self.restingPeak(installation, daemon) <= Self.residentBytesMax)
      #expect(!peers.contains { $0.isDropped })
    }
  }

  /// Chunks just under 4 MiB, of many rows with many blank cells and a fault each; their senders
  /// never read a fault, nor how much they may send: HTTP/2 ends them.
  @Test func `eight peers with hostile chunks`() async throws {
    try await Installation.with(config: Self.unlimited) { installation, daemon in
      let cells = [[UInt8]](repeating: ProtoBytes.field(1, ""), count: 30).flatMap { $0 }
      let row = ProtoBytes.field(2, cells)
      let chunk = ProtoBytes.field(2, [[UInt8]](repeating: row, count: 65_000).flatMap { $0 })
      let columns = ["external_id"] + (0..<30).map { "_\($0)" }
      let peers = try (0..<8).map { _ in
        let peer = try HungPeer(installation.socketPath)
        peer.greet()
        peer.call("muster.v1.ImportService/ImportMembers")
        peer.message(ProtoBytes.begin(columns: columns))
        peer.message(chunk)
        return peer
      }
      #expect(try await Self.restingPeak(installation, daemon) <= Self.residentBytesMax)
      withExtendedLifetime(peers) {}
    }
  }

  @Test func `five hundred connections that do nothing`() async throws {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = min(limit.rlim_max, 4_096)
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    try await Installation.with { installation, daemon in
      let peers = try (0..<500).map { _ in
        let peer = try HungPeer(installation.socketPath)
        peer.greet()
        return peer
      }
      #expect(try await Self.restingPeak(installation, daemon) <= Self.residentBytesMax)
      #expect(!peers.contains { $0.isDropped })
    }
  }
}
