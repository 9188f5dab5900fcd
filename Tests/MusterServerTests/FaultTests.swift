import GRPCCore
import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// Faults reach the client with their rows; a bad row harms no good one.
@Suite(.timeLimit(.minutes(2))) struct FaultTests {
  private static let importID = "0f0e0d0c-0b0a-4908-8706-050403020100"

  private static func begin(maxFaults: UInt64, importID: String = importID) -> [UInt8] {
    ProtoBytes.field(
      1,
      ProtoBytes.field(2, "external_id") + ProtoBytes.field(3, ProtoBytes.field(8, maxFaults))
        + ProtoBytes.field(4, importID))
  }

  @Test func `a row with a wrong number of cells has that fault alone`() async throws {
    try await TestDaemon.with { daemon in
      let outcome = try await daemon.send([
        ProtoBytes.begin(columns: ["email", "phone"]),
        ProtoBytes.chunk(
          firstRow: 0,
          rows: [
            ["a@example.com", ""], ["not an email"], ["bad", "bad", "bad"], [],
            ["b@example.com", "+15551234567"],
          ]), ProtoBytes.finish(rowCount: 5),
      ])
      #expect(outcome.error == nil)
      #expect(outcome.faults.map(\.row) == [2, 3, 4])
      #expect(outcome.faults.allSatisfy { $0.code == .wrongCellCount && $0.column == nil })
      let counts = try #require(outcome.summary?.progress.counts)
      #expect(counts.created == 2 && counts.rejected == 3 && counts.received == 5)
      #expect(counts.faults == 3)
    }
  }

  @Test func `faults come in the order of their rows, across chunks, all of them`() async throws {
    try await TestDaemon.with { daemon in
      let rows = (0..<3_000).map { $0.isMultiple(of: 3) ? ["bad", "bad"] : ["u\($0)@x.org", ""] }
      let outcome = try await daemon.client { client in
        try await client.importRows(columns: ["email", "phone"], rows: rows, rowsPerChunk: 70)
      }
      let wanted = (0..<3_000).filter { $0.isMultiple(of: 3) }.flatMap { [$0 + 1, $0 + 1] }
      #expect(outcome.faults.map(\.row) == wanted.map(UInt64.init))
      #expect(outcome.faults.prefix(2).map(\.code) == [.invalidEmail, .invalidPhone])
      let counts = outcome.summary.progress.counts
      #expect(counts.rejected == 1_000 && counts.created == 2_000 && counts.faults == 2_000)
    }
  }

  @Test func `bytes that are no text are faults, and the value comes back as it was`() async throws
  {
    try await TestDaemon.with { daemon in
      let row = ProtoBytes.field(
        2, ProtoBytes.field(1, "u1") + ProtoBytes.field(1, [0x61, 0xFF, 0x62]))
      let nul = ProtoBytes.field(2, ProtoBytes.field(1, "u2") + ProtoBytes.field(1, [0x61, 0x00]))
      let outcome = try await daemon.send([
        ProtoBytes.begin(columns: ["external_id", "name"]), ProtoBytes.field(2, row + nul),
        ProtoBytes.finish(rowCount: 2),
      ])
      #expect(outcome.faults.map(\.code) == [.invalidUTF8, .nulCharacter])
      #expect(outcome.faults.map(\.value) == [[0x61, 0xFF, 0x62], [0x61, 0x00]])
      #expect(try await daemon.exportedRows().isEmpty)
    }
  }

  @Test func `an import stops after as many faults as its options say`() async throws {
    try await TestDaemon.with { daemon in
      let rows = (0..<10).map { [$0 < 2 ? "u\($0)" : ""] }
      let chunks = rows.indices.map { ProtoBytes.chunk(firstRow: UInt64($0), rows: [rows[$0]]) }
      let outcome = try await daemon.send([Self.begin(maxFaults: 3)] + chunks)
      #expect(outcome.error?.code == .failedPrecondition)
      #expect(outcome.error?.message.contains("stopped after 3 faults") == true)
      #expect(outcome.faults.map(\.row) == [3, 4, 5])
      let record = try await record(daemon)
      #expect(record.state == .stopped)
      #expect(record.progress.counts.created == 2 && record.progress.counts.rejected == 3)
      #expect(record.progress.committed == 5)
    }
  }

  @Test func `an import that stopped says so when rows and finish come at once`() async throws {
    try await TestDaemon.with { daemon in
      let outcome = try await daemon.send([
        Self.begin(maxFaults: 1), ProtoBytes.chunk(firstRow: 0, rows: [["u"], [""], [""], [""]]),
        ProtoBytes.finish(rowCount: 4),
      ])
      #expect(outcome.error?.code == .failedPrecondition, "\(String(describing: outcome.error))")
      #expect(outcome.error?.message.contains("stopped after 1 fault") == true)
      #expect(outcome.summary == nil)
      #expect(try await record(daemon).state == .stopped)
    }
  }

  @Test func `an import that stopped says so when its client ends without finish`() async throws {
    try await TestDaemon.with { daemon in
      // The stream's end and the store's verdict race: "stays open" would be untrue.
      for _ in 0..<20 {
        let outcome = try await daemon.send([
          Self.begin(maxFaults: 1, importID: ""),
          ProtoBytes.chunk(firstRow: 0, rows: [["u"], [""], ["v"]]),
        ])
        #expect(outcome.error?.code == .failedPrecondition, "\(String(describing: outcome.error))")
      }
    }
  }

  @Test func `a client that waits is told at once that its import stopped`() async throws {
    try await TestDaemon.with { daemon in
      let outcome = try await daemon.rawClient { client in
        await client.stream { sender in
          try await sender.send(Self.begin(maxFaults: 1))
          try await sender.send(ProtoBytes.chunk(firstRow: 0, rows: [[""]]))
          // Says nothing more until the daemon has said what it has to say.
          while await sender.next() != nil {}
        }
      }
      #expect(outcome.error?.code == .failedPrecondition, "\(String(describing: outcome.error))")
    }
  }

  @Test func `an import that stopped never answers as if it had finished`() async throws {
    try await TestDaemon.with { daemon in
      let rows = ProtoBytes.chunk(firstRow: 0, rows: [["u"], [""], ["v"]])
      _ = try await daemon.send([
        Self.begin(maxFaults: 1), rows, ProtoBytes.chunk(firstRow: 3, rows: [["w"]]),
      ])
      #expect(try await record(daemon).state == .stopped)
      let again = try await daemon.send([
        Self.begin(maxFaults: 1), rows, ProtoBytes.finish(rowCount: 3),
      ])
      // Row 3 was never decided: status OK would lose it without a word.
      #expect(again.error?.code == .failedPrecondition)
      #expect(again.error?.message.contains("stopped") == true)
    }
  }

  private func record(_ daemon: TestDaemon) async throws -> ImportRecord {
    try await daemon.client { client in
      try await client.getImport(GetImportRequest(workspace: "", importID: Self.importID))
    }
  }
}
