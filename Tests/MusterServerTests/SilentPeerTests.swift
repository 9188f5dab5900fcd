import GRPCCore
import MusterClient
import MusterServer
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// A client that is hung holds nothing for long; one that only has nothing to say is kept.
@Suite(.timeLimit(.minutes(1))) struct SilentPeerTests {
  private static let importID = "0f0e0d0c-0b0a-4908-8706-050403020100"
  private static let importMembers = "muster.v1.ImportService/ImportMembers"

  /// Short, so that the tests are; long enough that a busy machine answers a PING in time.
  private static var bounds: TransportBounds {
    var bounds = TransportBounds()
    bounds.keepaliveInterval = .milliseconds(400)
    bounds.keepaliveTimeout = .milliseconds(1_200)
    return bounds
  }

  /// What is promised (Promises, P7): keepalive, timeout, and two seconds.
  private static let dropBound: Duration = .milliseconds(400 + 1_200 + 2_000)

  @Test func `a client that stops in mid-import is dropped and its import goes on elsewhere`()
    async throws
  {
    try await TestDaemon.with(bounds: Self.bounds) { daemon in
      let begin = ProtoBytes.begin(columns: ["external_id"], importID: Self.importID)
      var peer = try HungPeer(daemon.socketPath)
      var holds = false
      // A busy machine may come to look when the first one is dropped already.
      for _ in 0..<5 where !holds {
        peer = try HungPeer(daemon.socketPath)
        peer.greet()
        peer.call(Self.importMembers)
        peer.message(begin)
        peer.message(ProtoBytes.chunk(firstRow: 0, rows: [["u0"]]))
        holds = try await becomesTrue(within: .seconds(2)) {
          try await daemon.send([begin]).error?.message.contains("on another stream") == true
        }
      }
      try #require(holds, "the hung import never began")
      // Others go on meanwhile.
      while !peer.isDropped { try await daemon.expectServesOn() }
      let outcome = try await daemon.send([
        begin, ProtoBytes.chunk(firstRow: 1, rows: [["u1"]]), ProtoBytes.finish(rowCount: 2),
      ])
      #expect(outcome.accepted?.nextRow == 1)
      #expect(outcome.summary?.progress.counts.created == 2)
    }
  }

  @Test func `clients that stop at any point are dropped`() async throws {
    try await TestDaemon.with(bounds: Self.bounds) { daemon in
      _ = try await daemon.client { client in
        let name = String(repeating: "n", count: 2_000)
        return try await client.importRows(
          columns: ["external_id", "name"], rows: (0..<500).map { ["u\($0)", name] })
      }
      let peers = try (0..<4).map { _ in try HungPeer(daemon.socketPath) }
      // The first says nothing at all.
      peers[1].send(Array(HungPeer.preface.prefix(12)))
      peers[2].greet()
      peers[3].greet(windowBytes: 1 << 20)
      peers[3].call("muster.v1.MemberService/ExportMembers")
      peers[3].message([], isLast: true)
      let drops = await becomesTrue(within: Self.dropBound) { peers.allSatisfy { $0.isDropped } }
      #expect(drops, "\(peers.map { $0.isDropped })")
      try await daemon.expectServesOn()
    }
  }

  @Test func `clients that wait for a source or a sink are kept`() async throws {
    try await TestDaemon.with(bounds: Self.bounds) { daemon in
      _ = try await daemon.client { client in
        try await client.importRows(columns: ["external_id"], rows: (0..<600).map { ["u\($0)"] })
      }
      /// Two hung clients, one after the other: longer than any silence that is borne.
      @Sendable func wait() async throws {
        for _ in 0..<2 {
          let peer = try HungPeer(daemon.socketPath)
          #expect(await peer.waitUntilDropped(within: Self.dropBound))
        }
      }
      async let exported: Void = daemon.client { client in
        try await client.exportMembers(ExportMembersRequest(workspace: "", with: [])) { _ in
          try await wait()
        } chunk: { _ in
        }
      }
      let summary = try await daemon.client { client in
        var begin = BeginImport()
        begin.columns = [Array("external_id".utf8)]
        return try await client.importMembers(begin) { sender in
          try await wait()
          unsafe Array("late".utf8).withUnsafeBufferPointer { unsafe sender.append(cell: $0) }
          _ = sender.endRow()
        } event: { _ in
        }
      }
      #expect(summary.progress.counts.created == 1)
      try await exported
    }
  }
}
