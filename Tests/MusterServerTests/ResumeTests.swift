import GRPCCore
import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import Testing

/// An import that was interrupted goes on where it stood; one that is over stays over.
@Suite(.timeLimit(.minutes(2))) struct ResumeTests {
  private static let importID = "0f0e0d0c-0b0a-4908-8706-050403020100"
  private static let begin = ProtoBytes.begin(columns: ["external_id"], importID: importID)

  private func chunk(_ numbers: Range<Int>) -> [UInt8] {
    ProtoBytes.chunk(firstRow: UInt64(numbers.lowerBound), rows: numbers.map { ["u\($0)"] })
  }

  private func record(_ daemon: TestDaemon) async throws -> ImportRecord {
    try await daemon.client { client in
      try await client.getImport(GetImportRequest(workspace: "", importID: Self.importID))
    }
  }

  @Test func `a stream without finish leaves the import open, to be gone on with`() async throws {
    try await TestDaemon.with { daemon in
      let first = try await daemon.send([
        Self.begin, chunk(0..<5), ProtoBytes.chunk(firstRow: 5, rows: [[""]]),
      ])
      #expect(first.error?.code == .aborted)
      let open = try await record(daemon)
      #expect(open.state == .open)
      #expect(open.finishedAt == 0)
      #expect(open.progress.committed == 6)
      #expect(open.progress.counts.created == 5 && open.progress.counts.rejected == 1)
      #expect(open.columns == ["external_id"])

      // A client that has forgotten where it was sends everything again.
      let second = try await daemon.send([
        Self.begin, chunk(0..<5), ProtoBytes.chunk(firstRow: 5, rows: [[""]]), chunk(6..<8),
        ProtoBytes.finish(rowCount: 8),
      ])
      #expect(second.error == nil)
      #expect(second.accepted?.nextRow == 6)
      #expect(second.accepted?.progress.counts.created == 5)
      #expect(second.accepted?.progress.committed == 6)
      let counts = try #require(second.summary?.progress.counts)
      #expect(counts.created == 7 && counts.rejected == 1 && counts.received == 8)
      #expect(counts.unchanged == 0 && counts.repeats == 0)
      #expect(counts.faults == 1)
      let finished = try await record(daemon)
      #expect(finished.state == .finished)
      #expect(finished.finishedAt >= finished.startedAt && finished.finishedAt > 0)
      #expect(finished.progress.counts == counts)
    }
  }

  @Test func `an id in capitals is the same id`() async throws {
    try await TestDaemon.with { daemon in
      _ = try await daemon.send([Self.begin, chunk(0..<2)])
      let begin = ProtoBytes.begin(
        columns: ["external_id"], importID: Self.importID.uppercased())
      let outcome = try await daemon.send([begin, ProtoBytes.finish(rowCount: 2)])
      #expect(outcome.accepted?.importID == Self.importID)
      #expect(outcome.summary?.progress.counts.created == 2)
    }
  }

  @Test func `the counts of a resumed import never fall`() async throws {
    try await TestDaemon.with { daemon in
      var committed: [UInt64] = []
      for part in 0..<6 {
        let outcome = try await daemon.send([Self.begin, chunk(part * 10..<part * 10 + 10)])
        if let accepted = outcome.accepted { committed.append(accepted.progress.committed) }
        for case .progress(let progress) in outcome.responses {
          committed.append(progress.committed)
          #expect(progress.committed <= progress.counts.received)
        }
      }
      #expect(committed == committed.sorted())
      #expect(committed.last == 60)
    }
  }

  @Test func `an id that began with other columns or options is refused`() async throws {
    try await TestDaemon.with { daemon in
      _ = try await daemon.send([Self.begin, chunk(0..<2)])
      let columns = ProtoBytes.begin(columns: ["external_id", "name"], importID: Self.importID)
      let options = ProtoBytes.field(
        1,
        ProtoBytes.field(2, "external_id") + ProtoBytes.field(3, ProtoBytes.field(3, 1))
          + ProtoBytes.field(4, Self.importID))
      for begin in [columns, options] {
        let outcome = try await daemon.send([begin])
        #expect(outcome.error?.code == .failedPrecondition)
        #expect(outcome.error?.message.contains("other columns or options") == true)
        #expect(outcome.accepted == nil)
      }
      let outcome = try await daemon.send([Self.begin, ProtoBytes.finish(rowCount: 2)])
      #expect(outcome.summary?.progress.counts.created == 2)
    }
  }

  @Test func `a second stream on a running import is told to try again`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.rawClient { client in
        let outcome = await client.stream { sender in
          try await sender.send(Self.begin)
          _ = try await sender.waitForAccepted()
          let second = await client.send([Self.begin, chunk(0..<3), ProtoBytes.finish(rowCount: 3)])
          #expect(second.error?.code == .aborted)
          #expect(second.error?.message.contains("try again") == true)
          #expect(second.accepted == nil)
          try await sender.send(chunk(0..<1))
          try await sender.send(ProtoBytes.finish(rowCount: 1))
        }
        #expect(outcome.error == nil)
        #expect(outcome.summary?.progress.counts.created == 1)
      }
    }
  }

  @Test func `a finished import that is begun again answers its summary`() async throws {
    try await TestDaemon.with { daemon in
      let first = try await daemon.send([Self.begin, chunk(0..<3), ProtoBytes.finish(rowCount: 3)])
      for messages in [
        [Self.begin], [Self.begin, chunk(0..<3), ProtoBytes.finish(rowCount: 3)],
        [Self.begin, ProtoBytes.finish(rowCount: 3)], [Self.begin, chunk(1..<3)],
        [Self.begin, chunk(0..<2), chunk(0..<3), ProtoBytes.finish(rowCount: 3)],
      ] {
        let again = try await daemon.send(messages)
        #expect(again.error == nil)
        #expect(again.summary == first.summary)
        #expect(again.accepted?.nextRow == 3)
      }
      #expect(try await daemon.exportedRows().count == 3)
    }
  }

  @Test func `a client that cancels leaves an import that goes on`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.rawClient { client in
        let task = Task {
          await client.stream { sender in
            try await sender.send(Self.begin)
            try await sender.send(chunk(0..<4))
            // Sends nothing more and does not end: only the cancellation does.
            while await sender.next() != nil {}
          }
        }
        // The task is cancelled as soon as four rows are durable.
        while try await committedRows(daemon) < 4 { await Task.yield() }
        task.cancel()
        _ = await task.value
        var outcome = await client.send([Self.begin, chunk(4..<5), ProtoBytes.finish(rowCount: 5)])
        // The daemon may hear of the cancellation after this; it says so.
        while outcome.error?.code == .aborted {
          outcome = await client.send([Self.begin, chunk(4..<5), ProtoBytes.finish(rowCount: 5)])
        }
        #expect(outcome.error == nil)
        #expect(outcome.accepted?.nextRow == 4)
        #expect(outcome.summary?.progress.counts.created == 5)
      }
      try await daemon.expectServesOn()
    }
  }

  private func committedRows(_ daemon: TestDaemon) async throws -> UInt64 {
    do {
      return try await record(daemon).progress.committed
    } catch let error as MusterClientError where error.code == .notFound {
      return 0
    }
  }

  @Test func `a connection that breaks leaves an import that goes on`() async throws {
    try await TestDaemon.with { daemon in
      let (gone, leave) = AsyncStream<Void>.makeStream()
      // Leaving the closure closes the connection under the stream.
      try await daemon.rawClient { client in
        let task = Task {
          await client.stream { sender in
            try await sender.send(Self.begin)
            try await sender.send(chunk(0..<4))
            try await sender.waitForCommitted(4)
            leave.finish()
            while await sender.next() != nil {}
          }
        }
        for await _ in gone {}
        task.cancel()
      }
      var outcome = try await daemon.send([Self.begin, ProtoBytes.finish(rowCount: 4)])
      while outcome.error?.code == .aborted {
        outcome = try await daemon.send([Self.begin, ProtoBytes.finish(rowCount: 4)])
      }
      #expect(outcome.error == nil)
      #expect(outcome.summary?.progress.counts.created == 4)
    }
  }

  @Test func `an unknown import is not found`() async throws {
    try await TestDaemon.with { daemon in
      let error = await #expect(throws: MusterClientError.self) { try await record(daemon) }
      #expect(error?.code == .notFound)
      #expect(error?.message.contains(Self.importID) == true)
    }
  }

  @Test func `a column that is ignored has its place in the record`() async throws {
    try await TestDaemon.with { daemon in
      _ = try await daemon.send([
        ProtoBytes.begin(columns: ["_line", "external_id", "_error"], importID: Self.importID)
      ])
      #expect(try await record(daemon).columns == ["_line", "external_id", "_error"])
    }
  }
}
