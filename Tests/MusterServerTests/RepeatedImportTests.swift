import GRPCCore
import MusterClient
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// An id means one import: other rows under it are refused, and the same ones answered.
@Suite(.timeLimit(.minutes(2))) struct RepeatedImportTests {
  private static let importID = "0f0e0d0c-0b0a-4908-8706-050403020100"

  private static func begin(
    rows: UInt64 = 0, cellBytes: UInt64 = 0, allOrNothing: Bool = false
  ) -> [UInt8] {
    let totals = ProtoBytes.field(1, rows) + ProtoBytes.field(2, cellBytes)
    return ProtoBytes.field(
      1,
      ProtoBytes.field(2, "external_id") + ProtoBytes.field(4, importID)
        + (allOrNothing ? ProtoBytes.field(3, ProtoBytes.field(10, 1)) : [])
        + (rows + cellBytes == 0 ? [] : ProtoBytes.field(5, totals)))
  }

  private static func chunk(_ numbers: Range<Int>, prefix: String = "u") -> [UInt8] {
    ProtoBytes.chunk(
      firstRow: UInt64(numbers.lowerBound), rows: numbers.map { ["\(prefix)\($0)"] })
  }

  private static func end(_ rowCount: UInt64) -> [UInt8] { ProtoBytes.finish(rowCount: rowCount) }

  /// Refused with the reason, and nothing of it applied.
  private static func expectDiffers(
    _ outcome: StreamOutcome, _ comment: Comment, location: SourceLocation = #_sourceLocation
  ) throws {
    let error = try #require(outcome.error, comment, sourceLocation: location)
    let told = try ReasonProvocation.Told(error)
    #expect(told.reason == "IMPORT_DIFFERS", comment, sourceLocation: location)
    #expect(outcome.summary == nil, comment, sourceLocation: location)
  }

  @Test(arguments: [false, true])
  func `a finished id with other rows, totals or counts is refused`(isSpooled: Bool) async throws {
    try await TestDaemon.with { daemon in
      func begin(rows: UInt64 = 0, cellBytes: UInt64 = 0) -> [UInt8] {
        Self.begin(rows: rows, cellBytes: cellBytes, allOrNothing: isSpooled)
      }
      let first = try await daemon.send([begin(), Self.chunk(0..<3), Self.end(3)])
      let summary = try #require(first.summary)
      for (name, messages) in [
        ("fewer rows declared", [begin(rows: 2)]),
        ("more rows declared", [begin(rows: 4)]),
        ("more bytes declared", [begin(rows: 3, cellBytes: 7)]),
        ("more rows", [begin(), Self.chunk(0..<4), Self.end(4)]),
        ("more rows after those", [begin(), Self.chunk(3..<9)]),
        ("more rows in a chunk of their own", [begin(), Self.chunk(0..<3), Self.chunk(3..<4)]),
        ("rows far away", [begin(), Self.chunk(1000..<1001)]),
        ("fewer rows", [begin(), Self.chunk(0..<2), Self.end(2)]),
        ("another count", [begin(), Self.end(4)]),
        ("other rows", [begin(), Self.chunk(0..<3, prefix: "v"), Self.end(3)]),
        ("other rows, no finish", [begin(), Self.chunk(0..<3, prefix: "v")]),
        (
          "one other row",
          [begin(rows: 3, cellBytes: 6), Self.chunk(0..<2), Self.chunk(2..<3, prefix: "v")]
        ),
      ] {
        try Self.expectDiffers(try await daemon.send(messages), Comment(rawValue: name))
      }
      for messages in [
        [begin(rows: 3, cellBytes: 6), Self.chunk(0..<3), Self.end(3)],
        [begin(), Self.chunk(0..<1), Self.chunk(1..<3), Self.end(3)],
      ] {
        let again = try await daemon.send(messages)
        #expect(again.error == nil)
        #expect(again.summary == summary)
      }
      #expect(try await daemon.exportedRows().count == 3)
    }
  }

  @Test func `an open id with other totals or rows is refused, and goes on with its own`()
    async throws
  {
    try await TestDaemon.with { daemon in
      let begin = Self.begin(rows: 5, cellBytes: 10)
      _ = try await daemon.send([begin, Self.chunk(0..<3)])
      for (name, messages) in [
        ("more rows declared", [Self.begin(rows: 6)]),
        ("fewer bytes declared", [Self.begin(rows: 5, cellBytes: 9)]),
        ("other rows", [begin, Self.chunk(0..<5, prefix: "v"), Self.end(5)]),
        ("other rows in parts", [begin, Self.chunk(0..<2), Self.chunk(2..<3, prefix: "v")]),
      ] {
        try Self.expectDiffers(try await daemon.send(messages), Comment(rawValue: name))
      }
      let rest = try await daemon.send([begin, Self.chunk(0..<5), Self.end(5)])
      #expect(rest.error == nil)
      #expect(rest.accepted?.nextRow == 3)
      #expect(rest.summary?.progress.counts.created == 5)
      // The digest was carried on over the interruption.
      try Self.expectDiffers(
        try await daemon.send([begin, Self.chunk(0..<4), Self.chunk(4..<5, prefix: "v")]), "later")
      #expect(try await daemon.send([begin, Self.chunk(0..<5), Self.end(5)]).error == nil)
    }
  }

  @Test func `one that was refused as a whole is known by its rows, too`() async throws {
    try await TestDaemon.with { daemon in
      let begin = Self.begin(allOrNothing: true)
      let bad = ProtoBytes.chunk(firstRow: 1, rows: [[""]])
      let first = try await daemon.send([begin, Self.chunk(0..<1), bad, Self.end(2)])
      #expect(first.summary?.state == .refused)
      let again = try await daemon.send([begin, Self.chunk(0..<1), bad, Self.end(2)])
      #expect(again.error == nil)
      #expect(again.summary == first.summary)
      try Self.expectDiffers(
        try await daemon.send([begin, Self.chunk(0..<2), Self.end(2)]), "other rows")
      try Self.expectDiffers(
        try await daemon.send([Self.begin(rows: 2, cellBytes: 3, allOrNothing: true)]), "bytes")
    }
  }

  @Test func `a client that waits for the summary of a finished import has it`() async throws {
    try await TestDaemon.with { daemon in
      let first = try await daemon.send([Self.begin(), Self.chunk(0..<3), Self.end(3)])
      let again = try await daemon.rawClient { client in
        await client.stream { sender in
          try await sender.send(Self.begin())
          // Neither sends nor ends anything before the daemon has.
          while await sender.next() != nil {}
        }
      }
      #expect(again.error == nil)
      #expect(again.summary == first.summary)
    }
  }
}
