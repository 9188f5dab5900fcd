import MusterClient
import MusterTestDaemon
import MusterTestSupport
import Testing

/// A writer waits when it must, and rows do not.
@Suite(.timeLimit(.minutes(2))) struct BackPressureTests {
  @Test func `a writer waits while the daemon is behind`() async throws {
    var limits = Limits()
    limits.rowsPerImport = 0
    limits.bytesPerImport = 0
    let gate = StoreGate()
    try await TestDaemon.with(limits: limits, gate: gate) { daemon in
      try await daemon.client { muster in
        let written = Collected<Int>()
        let name = String(repeating: "n", count: 60_000)
        async let result = muster.importMembers(columns: [.externalID, .name]) { rows in
          for row in 0..<2_000 {
            try await rows.write(Member(externalID: "u\(row)", name: name))
            written.append(row)
          }
        }
        try await waitUntilStill(muster) { written.count }
        // Windows and buffers hold some megabytes, and the daemon holds four chunks of half a one.
        #expect(written.count < 600, "wrote \(written.count) rows of 60 kB")
        gate.open()
        #expect(try await result.counts.created == 2_000)
        #expect(written.count == 2_000)
      }
    }
  }

  @Test func `rows that come slowly arrive without a flush`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        let (members, source) = AsyncStream<Member>.makeStream()
        source.yield(Member(externalID: "u0"))
        let result = try await muster.importMembers(
          from: members, columns: [.externalID],
          progress: { progress in
            // The next member is not made before the last one is on the disk.
            var sent: UInt64 = 1
            for await progress in progress where progress.committed == sent {
              guard sent < 5 else { return source.finish() }
              source.yield(Member(externalID: "u\(sent)"))
              sent += 1
            }
          })
        #expect(result.counts.created == 5)
      }
    }
  }

  @Test func `flush sends what there is`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        let (decided, decide) = AsyncStream<Void>.makeStream()
        let result = try await muster.importMembers(columns: [.externalID]) { rows in
          try await rows.flush()
          try await rows.write(cells: ["u0"])
          try await rows.flush()
          #expect(rows.nextRow == 1)
          for await _ in decided {}
          try await rows.write(cells: ["u1"])
        } progress: { progress in
          for await progress in progress where progress.committed == 1 { decide.finish() }
        }
        #expect(result.counts.created == 2)
      }
    }
  }
}
