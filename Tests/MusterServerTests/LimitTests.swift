import GRPCCore
import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// A limit refuses by name; what was committed up to it stays.
@Suite(.timeLimit(.minutes(2))) struct LimitTests {
  private static let begin = ProtoBytes.begin(columns: ["external_id"])

  private static func limits(rows: UInt64 = 0, bytes: UInt64 = 0) -> Limits {
    var limits = Limits()
    limits.rowsPerImport = rows
    limits.bytesPerImport = bytes
    return limits
  }

  private func rows(_ numbers: Range<Int>) -> [[String]] { numbers.map { ["user\($0)"] } }

  @Test func `the limits in force are told with the answer to begin`() async throws {
    var limits = Self.limits(rows: 7, bytes: 99)
    limits.cellBytesMax = 10
    limits.columnsMax = 3
    let wanted = limits
    try await TestDaemon.with(limits: limits) { daemon in
      let outcome = try await daemon.send([Self.begin, ProtoBytes.finish(rowCount: 0)])
      var told = try #require(outcome.accepted?.limits)
      // How many faults the ledger keeps is no business of the client's.
      told.ledgerFaultsMax = wanted.ledgerFaultsMax
      #expect(told == wanted)
    }
  }

  @Test func `declared rows over the limit are refused before anything is applied`() async throws {
    try await TestDaemon.with(limits: Self.limits(rows: 3)) { daemon in
      try await daemon.client { client in
        let error = await #expect(throws: MusterClientError.self) {
          _ = try await client.importRows(
            columns: ["external_id"], rows: rows(0..<4),
            totals: DeclaredTotals(rows: 4, cellBytes: 20))
        }
        #expect(error?.code == .resourceExhausted)
        #expect(error?.message.contains("4 rows") == true)
        #expect(error?.message.contains("limits.rowsPerImport") == true)
        let most = try await client.importRows(
          columns: ["external_id"], rows: rows(10..<13),
          totals: DeclaredTotals(rows: 3, cellBytes: 20))
        #expect(most.summary.progress.counts.created == 3)
      }
      #expect(try await daemon.exportedRows().count == 3)
    }
  }

  @Test func `declared bytes over the limit are refused before anything is applied`() async throws {
    try await TestDaemon.with(limits: Self.limits(bytes: 20)) { daemon in
      try await daemon.client { client in
        let error = await #expect(throws: MusterClientError.self) {
          _ = try await client.importRows(
            columns: ["external_id"], rows: rows(0..<4),
            totals: DeclaredTotals(rows: 4, cellBytes: 21))
        }
        #expect(error?.code == .resourceExhausted)
        #expect(error?.message.contains("limits.bytesPerImport") == true)
      }
      #expect(try await daemon.exportedRows().isEmpty)
    }
  }

  @Test(arguments: [[0..<5], [0..<3, 3..<5], [0..<2, 2..<4], [0..<1, 1..<2, 2..<3, 3..<4]])
  func `undeclared rows up to the limit are kept, and the client is told`(
    _ chunks: [Range<Int>]
  ) async throws {
    try await TestDaemon.with(limits: Self.limits(rows: 3)) { daemon in
      let messages = chunks.map {
        ProtoBytes.chunk(firstRow: UInt64($0.lowerBound), rows: rows($0))
      }
      let outcome = try await daemon.send([Self.begin] + messages)
      #expect(outcome.error?.code == .resourceExhausted)
      #expect(outcome.error?.message.contains("limit of 3 rows") == true)
      #expect(outcome.error?.message.contains("kept") == true)
      #expect(outcome.lastProgress?.committed == 3)
      #expect(try await daemon.exportedRows().map { $0[2] } == ["user0", "user1", "user2"])
      try await daemon.expectServesOn()
    }
  }

  @Test func `exactly as many rows as the limit are an import`() async throws {
    try await TestDaemon.with(limits: Self.limits(rows: 3)) { daemon in
      let outcome = try await daemon.send([
        Self.begin, ProtoBytes.chunk(firstRow: 0, rows: rows(0..<3)),
        ProtoBytes.chunk(firstRow: 1, rows: rows(1..<3)), ProtoBytes.finish(rowCount: 3),
      ])
      #expect(outcome.error == nil)
      #expect(outcome.summary?.progress.counts.created == 3)
    }
  }

  @Test func `cells over the limit of bytes are not taken, those up to it are kept`() async throws {
    // Five bytes a row.
    try await TestDaemon.with(limits: Self.limits(bytes: 12)) { daemon in
      let outcome = try await daemon.send([
        Self.begin, ProtoBytes.chunk(firstRow: 0, rows: rows(0..<1)),
        ProtoBytes.chunk(firstRow: 1, rows: rows(1..<4)),
      ])
      #expect(outcome.error?.code == .resourceExhausted)
      #expect(outcome.error?.message.contains("limits.bytesPerImport") == true)
      #expect(try await daemon.exportedRows().map { $0[2] } == ["user0", "user1"])
    }
  }

  @Test func `the bytes before a resume count too`() async throws {
    try await TestDaemon.with(limits: Self.limits(bytes: 12)) { daemon in
      let begin = ProtoBytes.begin(
        columns: ["external_id"], importID: "0f0e0d0c-0b0a-4908-8706-050403020100")
      let first = try await daemon.send([begin, ProtoBytes.chunk(firstRow: 0, rows: rows(0..<2))])
      #expect(first.error?.code == .aborted)
      let second = try await daemon.send([begin, ProtoBytes.chunk(firstRow: 2, rows: rows(2..<3))])
      #expect(second.accepted?.nextRow == 2)
      #expect(second.error?.code == .resourceExhausted)
      #expect(try await daemon.exportedRows().count == 2)
    }
  }

  @Test func `the rows before a resume count too`() async throws {
    try await TestDaemon.with(limits: Self.limits(rows: 3)) { daemon in
      let begin = ProtoBytes.begin(
        columns: ["external_id"], importID: "0f0e0d0c-0b0a-4908-8706-050403020100")
      _ = try await daemon.send([begin, ProtoBytes.chunk(firstRow: 0, rows: rows(0..<2))])
      let second = try await daemon.send([begin, ProtoBytes.chunk(firstRow: 2, rows: rows(2..<5))])
      #expect(second.error?.code == .resourceExhausted)
      #expect(try await daemon.exportedRows().count == 3)
    }
  }

  @Test func `a chunk over 4 MiB is refused and one just under it is not`() async throws {
    try await TestDaemon.with(limits: Self.limits()) { daemon in
      // Rows of 64 KiB cells that no rule takes: the message is judged before its cells.
      let cell = String(repeating: "x", count: 65_536)
      let most = ProtoBytes.chunk(firstRow: 0, rows: Array(repeating: [cell], count: 63))
      #expect(most.count < 4 << 20)
      let fits = try await daemon.send([Self.begin, most, ProtoBytes.finish(rowCount: 63)])
      #expect(fits.error == nil)
      #expect(fits.summary?.progress.counts.received == 63)
      let over = ProtoBytes.chunk(firstRow: 0, rows: Array(repeating: [cell], count: 65))
      let outcome = try await daemon.send([Self.begin, over])
      #expect(outcome.error?.code == .resourceExhausted)
      #expect(outcome.error?.message.contains("4194304") == true)
      try await daemon.expectServesOn()
    }
  }

  @Test func `a chunk of too many rows, or of too much memory, is refused`() async throws {
    try await TestDaemon.with(limits: Self.limits()) { daemon in
      for count in [65_537, 2_000_000] {
        var empty: [UInt8] = []
        for _ in 0..<count { empty += [0x12, 0x00] }
        let outcome = try await daemon.send([Self.begin, ProtoBytes.field(2, empty)])
        #expect(outcome.error?.code == .resourceExhausted, "\(count) rows")
        #expect(outcome.error?.message.contains("smaller chunks") == true)
      }
      try await daemon.expectServesOn()
    }
  }

  @Test func `a message beyond the transport's own bound ends the call, not the daemon`()
    async throws
  {
    try await TestDaemon.with { daemon in
      let outcome = try await daemon.send([
        Self.begin, [UInt8](repeating: 0, count: 17 * 1024 * 1024),
      ])
      #expect(outcome.error != nil)
      #expect(outcome.summary == nil)
      try await daemon.expectServesOn()
    }
  }

  @Test func `a cell of 64 KiB is stored and a longer one is a fault of its row`() async throws {
    try await TestDaemon.with(limits: Self.limits()) { daemon in
      let outcome = try await daemon.client { client in
        try await client.importRows(
          columns: ["external_id", "name"],
          rows: [
            ["a", String(repeating: "x", count: 65_536)],
            ["b", String(repeating: "x", count: 65_537)], ["c", "x"],
          ])
      }
      #expect(outcome.faults.map(\.row) == [2])
      #expect(outcome.faults.map(\.code) == [.valueTooLong])
      #expect(outcome.faults.map(\.column) == ["name"])
      #expect(try await daemon.exportedRows().map { $0[3].utf8.count } == [65_536, 1])
    }
  }

  @Test func `a row over 1 MiB is a fault of the whole row`() async throws {
    try await TestDaemon.with(limits: Self.limits()) { daemon in
      let wide = (0..<17).map { "_c\($0)" }
      let cell = String(repeating: "x", count: 64 * 1024)
      let outcome = try await daemon.client { client in
        try await client.importRows(
          columns: ["external_id"] + wide,
          rows: [
            ["a"] + Array(repeating: cell, count: 17), ["b"] + Array(repeating: "y", count: 17),
          ])
      }
      #expect(outcome.faults.map(\.row) == [1])
      #expect(outcome.faults.map(\.code) == [.valueTooLong])
      #expect(outcome.faults.first?.column == nil)
      #expect(outcome.summary.progress.counts.created == 1)
    }
  }
}
