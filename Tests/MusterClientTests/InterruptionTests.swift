import MusterClient
import MusterTestDaemon
import MusterTestSupport
import Testing

/// Imports that are broken off, and go on.
@Suite(.timeLimit(.minutes(1))) struct InterruptionTests {
  private static let importID = "0f0e0d0c-0b0a-4908-8706-050403020100"
  private struct Stop: Error {}

  private static func members(_ count: Int) -> [Member] {
    (0..<count).map { Member(externalID: "u\($0)") }
  }

  private static func standing(_ muster: MusterClient) async throws -> ImportRecord {
    try await muster.getImport(GetImportRequest(workspace: "", importID: importID))
  }

  /// Goes on with the import to its end, as soon as the daemon has noticed that its client is gone.
  private static func goOn(_ muster: MusterClient, _ count: Int) async throws -> ImportResult {
    while true {
      do {
        return try await muster.importMembers(
          from: members(count), columns: [.externalID], importID: importID)
      } catch let error as MusterClientError where error.code == .aborted {
        continue
      }
    }
  }

  private static func expectGoesOn(
    _ muster: MusterClient, _ source: SourceLocation = #_sourceLocation
  ) async throws {
    let result = try await goOn(muster, 3_000)
    #expect(result.counts.created == 3_000, sourceLocation: source)
    #expect(result.counts.received == 3_000, sourceLocation: source)
    #expect(result.importID == importID, sourceLocation: source)
  }

  @Test func `an error of the rows closure leaves what it wrote and is thrown on`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        await #expect(throws: Stop.self) {
          _ = try await muster.importMembers(columns: [.externalID], importID: Self.importID) {
            rows in
            for member in Self.members(2_500) { try await rows.write(member) }
            throw Stop()
          }
        }
        let record = try await Self.standing(muster)
        #expect(record.state == .open && record.progress.committed == 2_500)
        try await Self.expectGoesOn(muster)
      }
    }
  }

  @Test func `an error of the faults closure cancels the import and is thrown on`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        await #expect(throws: Stop.self) {
          _ = try await muster.importMembers(columns: [.externalID], importID: Self.importID) {
            rows in
            try await rows.write(cells: [""])
            // Ends only because the import is cancelled.
            let (never, _) = AsyncStream<Void>.makeStream()
            for await _ in never {}
          } faults: { faults in
            for await _ in faults { throw Stop() }
          }
        }
        let result = try await Self.goOn(muster, 10)
        #expect(result.counts.rejected <= 1 && result.counts.received == 10)
      }
    }
  }

  @Test func `an error of the progress closure cancels the import and is thrown on`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        await #expect(throws: Stop.self) {
          _ = try await muster.importMembers(columns: [.externalID], importID: Self.importID) {
            rows in
            for member in Self.members(5) { try await rows.write(member) }
            let (never, _) = AsyncStream<Void>.makeStream()
            for await _ in never {}
          } progress: { progress in
            for await _ in progress { throw Stop() }
          }
        }
        try await Self.expectGoesOn(muster)
      }
    }
  }

  @Test(arguments: ["waiting", "writing", "reading faults", "reading progress"])
  func `cancelling the caller's task ends the import and leaves it open`(
    _ moment: String
  ) async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        let (started, start) = AsyncStream<Void>.makeStream()
        let task = Task {
          try await muster.importMembers(columns: [.externalID], importID: Self.importID) { rows in
            for member in Self.members(100) { try await rows.write(member) }
            try await rows.flush()
            start.finish()
            let (never, _) = AsyncStream<Void>.makeStream()
            if moment != "writing" { for await _ in never {} }
            while true { try await rows.write(Member(externalID: "u100")) }
          } faults: { faults in
            if moment == "reading faults" { for await _ in faults {} }
          } progress: { progress in
            if moment == "reading progress" { for await _ in progress {} }
          }
        }
        for await _ in started {}
        task.cancel()
        let outcome = await task.result
        #expect(throws: CancellationError.self) { try outcome.get() }
        if moment == "writing" { return }
        try await Self.expectGoesOn(muster)
      }
      try await daemon.expectServesOn()
    }
  }

  @Test func `a task that is cancelled before it begins imports nothing`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let task = Task {
          for await _ in begun {}
          return try await muster.importMembers(from: Self.members(10), columns: [.externalID])
        }
        task.cancel()
        begin.finish()
        let outcome = await task.result
        #expect(throws: (any Error).self) { try outcome.get() }
      }
      #expect(try await daemon.exportedRows().isEmpty)
    }
  }

  @Test func `a refusal is thrown at once though the rows closure waits`() async throws {
    var limits = Limits()
    limits.rowsPerImport = 5
    try await TestDaemon.with(limits: limits) { daemon in
      try await daemon.client { muster in
        let error = await #expect(throws: MusterClientError.self) {
          _ = try await muster.importMembers(columns: [.externalID], importID: Self.importID) {
            rows in
            for member in Self.members(6) { try await rows.write(member) }
            let (never, _) = AsyncStream<Void>.makeStream()
            for await _ in never {}
          }
        }
        #expect(error?.code == .resourceExhausted)
        #expect(error?.importID == Self.importID)
        let record = try await Self.standing(muster)
        #expect(record.progress.committed == 5)
      }
    }
  }

  @Test func `a writer that swallows the end of the import hides no reason`() async throws {
    var limits = Limits()
    limits.rowsPerImport = 5
    try await TestDaemon.with(limits: limits) { daemon in
      try await daemon.client { muster in
        let error = await #expect(throws: (any Error).self) {
          _ = try await muster.importMembers(columns: [.externalID]) { rows in
            do {
              while true { try await rows.write(Member(externalID: "u")) }
            } catch {
              throw Stop()
            }
          }
        }
        #expect((error as? MusterClientError)?.code == .resourceExhausted)
      }
    }
  }

  @Test func `members of a sequence that the import has are passed over`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        await #expect(throws: Stop.self) {
          _ = try await muster.importMembers(columns: [.externalID], importID: Self.importID) {
            rows in
            for member in Self.members(1_000) { try await rows.write(member) }
            throw Stop()
          }
        }
        let (members, source) = AsyncStream<Member>.makeStream()
        for member in Self.members(1_500) { source.yield(member) }
        source.finish()
        let result = try await muster.importMembers(
          from: members, columns: [.externalID], importID: Self.importID)
        #expect(result.counts.created == 1_500 && result.counts.unchanged == 0)
        // Finished: its summary again, from nothing sent.
        let again = try await Self.goOn(muster, 1_500)
        #expect(again == result)
      }
    }
  }

  @Test func `an error of the members' sequence is thrown on and leaves the import open`()
    async throws
  {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        let (members, source) = AsyncThrowingStream<Member, any Error>.makeStream()
        for member in Self.members(7) { source.yield(member) }
        source.finish(throwing: Stop())
        await #expect(throws: Stop.self) {
          _ = try await muster.importMembers(
            from: members, columns: [.externalID], importID: Self.importID)
        }
        #expect(try await Self.standing(muster).progress.committed == 7)
        try await Self.expectGoesOn(muster)
      }
    }
  }

  @Test func `too many members of a collection are refused before the first`() async throws {
    var limits = Limits()
    limits.rowsPerImport = 5
    try await TestDaemon.with(limits: limits) { daemon in
      try await daemon.client { muster in
        let error = await #expect(throws: MusterClientError.self) {
          _ = try await muster.importMembers(from: Self.members(6))
        }
        #expect(error?.code == .resourceExhausted)
      }
      #expect(try await daemon.exportedRows().isEmpty)
    }
  }

  @Test func `a daemon that is not there is said at once`() async throws {
    let error = await #expect(throws: MusterClientError.self) {
      _ = try await withMusterClient(socketPath: "/nowhere/muster.sock") { muster in
        try await muster.importMembers(from: Self.members(1))
      }
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("start musterd") == true)
  }
}
