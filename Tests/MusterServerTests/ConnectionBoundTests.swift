import Glibc
import MusterClient
import MusterServer
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// Connections are counted, and none of them can take the daemon down.
@Suite(.timeLimit(.minutes(2))) struct ConnectionBoundTests {
  @Test func `a connection too many waits, is told so, and is served once there is room`()
    async throws
  {
    var bounds = TransportBounds()
    // Of which one user may have two.
    bounds.connectionsMax = 3
    try await TestDaemon.with(bounds: bounds) { daemon in
      try await daemon.client { first in
        #expect(try await first.health() == .serving)
        let peer = try HungPeer(daemon.socketPath)
        peer.greet()
        try await daemon.client { second in
          // The other two are let in side by side, so that either may have come first.
          let isFull = try await becomesTrue(within: .seconds(20)) {
            try await Self.refusal { try await second.health() } != nil
          }
          try #require(isFull)
          let error = try await Self.refusal { try await second.health() }
          #expect(error?.reason == .tooManyCalls && error?.code == .resourceExhausted)
          #expect(error?.facts == [.limit: "connectionsMax", .limitValue: "3"])
          #expect(error?.retryAfter != nil)
          #expect(try await first.health() == .serving)
          peer.die()
          // The same connection, once the daemon has noticed.
          let isServed = try await becomesTrue(within: .seconds(20)) {
            try await Self.refusal { try await second.health() } == nil
          }
          #expect(isServed)
        }
      }
    }
  }

  @Test func `connections that find no place to wait either are closed`() async throws {
    var bounds = TransportBounds()
    bounds.connectionsMax = 3
    try await TestDaemon.with(bounds: bounds) { daemon in
      let peers = try (0..<100).map { _ in try HungPeer(daemon.socketPath) }
      // The daemon's own user, which may be root, has two places to be served in, and of 64 to wait
      // in half of those that are for all, and all or half of those that are kept.
      let isBounded = await becomesTrue(within: .seconds(20)) {
        peers.count { $0.isDropped } >= 100 - 2 - 28 - 8
      }
      #expect(isBounded)
      #expect(peers.count { !$0.isDropped } >= 2 + 28 + 4)
      for peer in peers { peer.die() }
      let serves = await becomesTrue(within: .seconds(20)) {
        do {
          return try await daemon.client { try await $0.health() == .serving }
        } catch {
          return false
        }
      }
      #expect(serves)
    }
  }

  /// Why a call failed; nil if it did not.
  private static func refusal(
    _ call: () async throws -> HealthCheckResponse.ServingStatus
  ) async throws -> MusterClientError? {
    do {
      _ = try await call()
      return nil
    } catch let error as MusterClientError {
      return error
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
