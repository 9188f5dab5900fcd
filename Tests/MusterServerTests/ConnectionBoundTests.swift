import Glibc
import MusterClient
import MusterServer
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// Connections are counted, and none of them can take the daemon down.
@Suite(.timeLimit(.minutes(2))) struct ConnectionBoundTests {
  @Test func `a connection too many is closed, and one that ends makes room`() async throws {
    var bounds = TransportBounds()
    bounds.connectionsMax = 3
    try await TestDaemon.with(bounds: bounds) { daemon in
      // They are let in side by side, so that any of them may be the fourth.
      let peers = try (0..<4).map { _ in try HungPeer(daemon.socketPath) }
      let drops = await becomesTrue(within: .seconds(20)) { peers.contains { $0.isDropped } }
      #expect(drops)
      let kept = peers.filter { !$0.isDropped }
      try #require(kept.count == 3)
      await #expect(throws: MusterClientError.self) {
        try await daemon.client { try await $0.health() }
      }
      kept[0].die()
      let serves = await becomesTrue(within: .seconds(20)) {
        do {
          return try await daemon.client { try await $0.health() == .serving }
        } catch {
          return false
        }
      }
      #expect(serves)
      #expect(!kept[1].isDropped && !kept[2].isDropped)
    }
  }

  /// In a process of its own, whose limit it lowers.
  @Test func `running out of file descriptors does not end the daemon`() async {
    await Gate.daemons.pass {
      _ = await #expect(processExitsWith: .success) {
        try await TestDaemon.with { daemon in
          try await daemon.expectServesOn()
          let peer = try HungPeer()
          let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
          var limit = rlimit()
          unsafe getrlimit(resource, &limit)
          let usual = limit.rlim_cur
          // No descriptor is free: the client has its own, the daemon gets none for it.
          limit.rlim_cur = 3
          unsafe setrlimit(resource, &limit)
          try peer.connect(to: daemon.socketPath)
          // No event tells that an accept has failed; it does so at once.
          let isDropped = await becomesTrue(within: .milliseconds(300)) { peer.isDropped }
          #expect(!isDropped)
          limit.rlim_cur = usual
          unsafe setrlimit(resource, &limit)
          try await daemon.expectServesOn()
        }
      }
    }
  }
}
