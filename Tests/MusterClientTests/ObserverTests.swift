import MusterClient
import MusterTestDaemon
import MusterTestSupport
import Testing

/// Faults and progress, while an import runs.
@Suite(.timeLimit(.minutes(1))) struct ObserverTests {
  /// The numbers of the rows with a fault, as faults count them.
  private static func faultyRows(_ count: Int) -> [UInt64] {
    (0..<UInt64(count)).map { $0 * 3 + 1 }
  }

  /// Every third row has a fault.
  private static func write(_ rowCount: Int, to rows: inout RowWriter) async throws {
    for row in 0..<rowCount {
      try await rows.write(cells: row.isMultiple(of: 3) ? ["no address"] : ["m\(row)@example.org"])
    }
  }

  @Test func `every fault comes in the order of the rows, and the last progress is the end`()
    async throws
  {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        let found = Collected<UInt64>()
        let standings = Collected<ImportProgress>()
        let result = try await muster.importMembers(columns: [.email]) { rows in
          try await Self.write(9_000, to: &rows)
        } faults: { faults in
          for await fault in faults { found.append(fault.row) }
        } progress: { progress in
          for await progress in progress { standings.append(progress) }
        }
        #expect(found.all == Self.faultyRows(3_000))
        #expect(result.counts.faults == 3_000 && result.counts.rejected == 3_000)
        #expect(result.faults.isEmpty)
        #expect(standings.all.last?.counts == result.counts)
        #expect(standings.all.last?.committed == 9_000)
        #expect(standings.all.map(\.committed) == standings.all.map(\.committed).sorted())
      }
    }
  }

  @Test func `without a closure the first faults are kept and all are counted`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        let result = try await muster.importMembers(columns: [.email]) { rows in
          try await Self.write(6_000, to: &rows)
        }
        #expect(result.faults.map(\.row) == Self.faultyRows(1_000))
        #expect(result.faults.count == ClientBounds.keptFaultsMax)
        #expect(result.counts.faults == 2_000)
      }
    }
  }

  @Test func `a closure that reads only some faults holds nothing up`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        let first = Collected<UInt64>()
        let result = try await muster.importMembers(columns: [.email]) { rows in
          try await Self.write(9_000, to: &rows)
        } faults: { faults in
          for await fault in faults {
            first.append(fault.row)
            break
          }
        } progress: { _ in
        }
        #expect(first.all == [1])
        #expect(result.counts.faults == 3_000)
      }
    }
  }

  @Test func `faults that nobody reads hold the import back until their closure returns`()
    async throws
  {
    var limits = Limits()
    limits.rowsPerImport = 0
    limits.bytesPerImport = 0
    try await TestDaemon.with(limits: limits) { daemon in
      try await daemon.client { muster in
        let (reading, read) = AsyncStream<Void>.makeStream()
        let written = Collected<Int>()
        let cell = String(repeating: "x", count: 300)
        async let result = muster.importMembers(columns: [.email]) { rows in
          for row in 0..<80_000 {
            try await rows.write(cells: [cell])
            if row.isMultiple(of: 1_000) { written.append(row) }
          }
        } faults: { _ in
          for await _ in reading {}
        }
        try await waitUntilStill(muster) { written.count }
        #expect(written.count < 80)
        read.finish()
        #expect(try await result.counts.faults == 80_000)
      }
    }
  }

  @Test func `faults found before a failure still reach their reader`() async throws {
    var limits = Limits()
    limits.rowsPerImport = 10
    try await TestDaemon.with(limits: limits) { [limits] daemon in
      try await daemon.client { muster in
        let found = Collected<UInt64>()
        let error = await #expect(throws: MusterClientError.self) {
          _ = try await muster.importMembers(columns: [.email]) { rows in
            try await Self.write(Int(limits.rowsPerImport) + 1, to: &rows)
          } faults: { faults in
            for await fault in faults { found.append(fault.row) }
          }
        }
        #expect(error?.code == .resourceExhausted)
        #expect(error?.importID != nil)
        #expect(found.all == [1, 4, 7, 10])
      }
    }
  }
}

/// Waits until a number has stopped changing while the daemon answered forty other calls.
func waitUntilStill(_ muster: MusterClient, _ number: () -> Int) async throws {
  var last = 0
  var still = 0
  while still < 40 {
    #expect(try await muster.health() == .serving)
    let now = number()
    still = now > 0 && now == last ? still + 1 : 0
    last = now
  }
}
