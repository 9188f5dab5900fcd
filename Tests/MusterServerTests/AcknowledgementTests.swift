import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// Rows that are sent alone are acknowledged as soon as they are durable.
@Suite(.timeLimit(.minutes(2))) struct AcknowledgementTests {
  private static let bound: Duration = .milliseconds(50)
  /// How often it is looked at: the best counts, since the machine may be busy with other things.
  private static let attemptsMax = 40

  @Test func `a client that sends one row and waits has its answer at once`() async throws {
    try await TestDaemon.with { daemon in
      let times = Collected<Duration>()
      for attempt in 0..<Self.attemptsMax {
        if times.all.contains(where: { $0 < Self.bound }) { break }
        let outcome = try await daemon.rawClient { client in
          await client.stream { sender in
            try await sender.send(ProtoBytes.begin(columns: ["external_id"]))
            _ = try await sender.waitForAccepted()
            let start = ContinuousClock.now
            try await sender.send(ProtoBytes.chunk(firstRow: 0, rows: [["u\(attempt)"]]))
            try await sender.waitForCommitted(1)
            times.append(start.duration(to: .now))
            try await sender.send(ProtoBytes.finish(rowCount: 1))
          }
        }
        #expect(outcome.error == nil)
      }
      #expect(times.all.min() ?? .seconds(60) < Self.bound, "\(times.all)")
    }
  }
}
