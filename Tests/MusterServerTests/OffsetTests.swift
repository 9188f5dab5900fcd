import GRPCCore
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// Rows are numbers: none is applied twice, none is left out.
@Suite(.timeLimit(.minutes(2))) struct OffsetTests {
  private static let begin = ProtoBytes.begin(columns: ["external_id", "name"])

  private func rows(_ numbers: Range<Int>, name: String = "n") -> [[String]] {
    numbers.map { ["u\($0)", name] }
  }

  private func chunk(_ numbers: Range<Int>, name: String = "n") -> [UInt8] {
    ProtoBytes.chunk(firstRow: UInt64(numbers.lowerBound), rows: rows(numbers, name: name))
  }

  @Test func `rows that overlap are skipped, not applied twice`() async throws {
    try await TestDaemon.with { daemon in
      // The second copy of rows 2 and 3 has another name: were it applied, they would be updated.
      let outcome = try await daemon.send([
        Self.begin, chunk(0..<4), chunk(2..<6, name: "other"), ProtoBytes.finish(rowCount: 6),
      ])
      let counts = try #require(outcome.summary?.progress.counts)
      #expect(outcome.error == nil)
      #expect(counts.created == 6)
      #expect(counts.updated == 0 && counts.unchanged == 0 && counts.repeats == 0)
      let names = try await daemon.exportedRows().map { $0[3] }
      #expect(names == ["n", "n", "n", "n", "other", "other"])
    }
  }

  @Test func `a chunk that comes again whole is skipped`() async throws {
    try await TestDaemon.with { daemon in
      let outcome = try await daemon.send([
        Self.begin, chunk(0..<3), chunk(0..<3, name: "other"), chunk(1..<2, name: "other"),
        chunk(3..<5), chunk(0..<5, name: "other"), ProtoBytes.finish(rowCount: 5),
      ])
      let counts = try #require(outcome.summary?.progress.counts)
      #expect(counts.created == 5 && counts.received == 5)
      #expect(try await daemon.exportedRows().allSatisfy { $0[3] == "n" })
    }
  }

  @Test func `chunks without rows change nothing`() async throws {
    try await TestDaemon.with { daemon in
      let outcome = try await daemon.send([
        Self.begin, ProtoBytes.chunk(firstRow: 0, rows: []), chunk(0..<1),
        ProtoBytes.chunk(firstRow: 1, rows: []), ProtoBytes.chunk(firstRow: 0, rows: []),
        ProtoBytes.finish(rowCount: 1),
      ])
      #expect(outcome.error == nil)
      #expect(outcome.summary?.progress.counts.received == 1)
    }
  }

  @Test func `an import of no rows is finished`() async throws {
    try await TestDaemon.with { daemon in
      let outcome = try await daemon.send([Self.begin, ProtoBytes.finish(rowCount: 0)])
      #expect(outcome.error == nil)
      #expect(outcome.summary?.progress == ImportProgress())
    }
  }

  @Test func `after a gap the rows before it are kept and none after it`() async throws {
    try await TestDaemon.with { daemon in
      let outcome = try await daemon.send([Self.begin, chunk(0..<3), chunk(4..<6), chunk(3..<4)])
      #expect(outcome.error?.code == .outOfRange)
      #expect(try await daemon.exportedRows().map { $0[2] } == ["u0", "u1", "u2"])
    }
  }

  @Test func `the size of the chunks never changes the result`() async throws {
    var results: [[[String]]] = []
    for size in [1, 7, 50, 200] {
      results.append(
        try await TestDaemon.with { daemon in
          var messages = [Self.begin]
          for start in stride(from: 0, to: 200, by: size) {
            let numbers = start..<min(start + size, 200)
            // Every third row is a person who was there before.
            let rows = numbers.map { ["u\($0 % 67)", "n\($0)"] }
            messages.append(ProtoBytes.chunk(firstRow: UInt64(start), rows: rows))
          }
          messages.append(ProtoBytes.finish(rowCount: 200))
          let outcome = try await daemon.send(messages)
          let counts = try #require(outcome.summary?.progress.counts)
          #expect(counts.created == 67 && counts.updated == 133 && counts.repeats == 133)
          return try await daemon.exportedRows()
        })
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }
}
