import GRPCCore
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// What the daemon says of a running import, and in which order.
@Suite(.timeLimit(.minutes(2))) struct AnswerTests {
  private static let begin = ProtoBytes.begin(columns: ["email"])

  @Test func `accepted is always the first answer, the summary always the last, each once`()
    async throws
  {
    try await TestDaemon.with { daemon in
      try await daemon.rawClient { client in
        await withTaskGroup(of: Void.self) { group in
          for number in 0..<150 {
            group.addTask {
              let rows = [["u\(number)@x.org"], ["bad"]]
              let outcome = await client.send([
                Self.begin, ProtoBytes.chunk(firstRow: 0, rows: rows),
                ProtoBytes.finish(rowCount: 2),
              ])
              #expect(outcome.error == nil)
              let kinds = outcome.responses.map(Self.kind)
              #expect(kinds.first == "accepted" && kinds.last == "summary", "\(kinds)")
              #expect(kinds.filter { $0 == "accepted" || $0 == "summary" }.count == 2)
            }
          }
        }
      }
    }
  }

  private static func kind(_ response: ImportResponse) -> String {
    switch response {
    case .accepted: "accepted"
    case .progress: "progress"
    case .faults: "faults"
    case .summary: "summary"
    case .changes: "changes"
    }
  }

  @Test func `progress comes at most four times a second, and soon after a commit`() async throws {
    try await TestDaemon.with { daemon in
      let start = ContinuousClock.now
      let delays = Collected<Duration>()
      let outcome = try await daemon.rawClient { client in
        await client.stream { sender in
          try await sender.send(Self.begin)
          _ = try await sender.waitForAccepted()
          for number in 0..<8 {
            let sent = ContinuousClock.now
            try await sender.send(
              ProtoBytes.chunk(firstRow: UInt64(number), rows: [["u\(number)@x.org"]]))
            try await sender.waitForCommitted(UInt64(number) + 1)
            delays.append(ContinuousClock.now - sent)
          }
          try await sender.send(ProtoBytes.finish(rowCount: 8))
        }
      }
      #expect(outcome.error == nil)
      // Some may be late on a busy machine; a daemon that waits too long is late with each.
      #expect(delays.all.sorted()[1] < .milliseconds(500), "\(delays.all)")
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let count = outcome.responses.map(Self.kind).filter { $0 == "progress" }.count
      #expect(count >= 8)
      #expect(Double(count) <= seconds * 4 + 1, "\(count) in \(seconds) s")
    }
  }

  @Test func `faults come before the progress that counts their rows`() async throws {
    try await TestDaemon.with { daemon in
      let outcome = try await daemon.rawClient { client in
        await client.stream { sender in
          try await sender.send(Self.begin)
          for number in 0..<6 {
            let rows = [["u\(number)@x.org"], ["bad"], ["worse"]]
            try await sender.send(ProtoBytes.chunk(firstRow: UInt64(number * 3), rows: rows))
            try await sender.waitForCommitted(UInt64(number * 3 + 3))
          }
          try await sender.send(ProtoBytes.finish(rowCount: 18))
        }
      }
      var told: UInt64 = 0
      var last = ImportProgress()
      for response in outcome.responses {
        switch response {
        case .faults(let faults): told += UInt64(faults.count)
        case .progress(let progress):
          #expect(progress.counts.rejected <= told)
          #expect(progress.committed <= progress.counts.received)
          #expect(progress.committed >= last.committed)
          #expect(progress.counts.received >= last.counts.received)
          last = progress
        case .accepted: #expect(told == 0)
        case .summary(let summary): #expect(summary.progress.counts.rejected == told)
        case .changes: Issue.record("no preview")
        }
      }
      #expect(told == 12)
    }
  }
}
