import GRPCCore
import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import Testing

@testable import MusterStore

/// Undoing an import over the socket.
@Suite(.timeLimit(.minutes(2))) struct UndoCallTests {
  private static let id = "0f0e0d0c-0b0a-4908-8706-050403020100"
  private static let later = "1f0e0d0c-0b0a-4908-8706-050403020100"
  private static let request = UndoImportRequest(workspace: "", importID: id)

  private static func people(_ count: Int, name: String) -> [[String]] {
    (0..<count).map { ["p\($0)", name] }
  }

  @Test func `an undo tells what it kept, and sums up`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        _ = try await client.importRows(
          columns: ["external_id", "name"], rows: [["p0", "old"], ["p1", "old"]])
        let before = try await daemon.exportedRows()
        _ = try await client.importRows(
          columns: ["external_id", "name"], rows: Self.people(3, name: "new"), importID: Self.id)
        _ = try await client.importRows(
          columns: ["external_id", "name"], rows: [["p1", "other"]], importID: Self.later)
        let kept = Collected<KeptField>()
        let summary = try await client.undoImport(Self.request) { _ in
        } kept: {
          for field in $0 { kept.append(field) }
        }
        #expect(summary.importID == Self.id && summary.workspace == "default")
        #expect(summary.progress.deleted == 1 && summary.progress.restored == 1)
        #expect(
          kept.all == [KeptField(member: 2, column: "name", reason: "it has changed since")])
        let record = try await client.getImport(Self.request)
        #expect(record.state == .undone && !record.hasImages)
        #expect(record.undo == summary.progress)
        // Called once more it says the same, the kept fields too.
        let again = Collected<KeptField>()
        let second = try await client.undoImport(
          Self.request, kept: { for field in $0 { again.append(field) } })
        #expect(second == summary)
        #expect(again.all == kept.all)
        let laterRequest = UndoImportRequest(workspace: "", importID: Self.later)
        _ = try await client.undoImport(laterRequest)
        let after = try await daemon.exportedRows()
        #expect(after.first == before.first && after.count == before.count)
      }
    }
  }

  @Test func `an undo whose client goes away stops between steps, and goes on when called again`()
    async throws
  {
    try await TestDaemon.with(limits: .unbounded) { daemon in
      let rowCount = UndoRun.stepMembersMax * 4
      try await daemon.client { client in
        _ = try await client.importRows(
          columns: ["external_id", "name"], rows: Self.people(rowCount, name: "n"),
          importID: Self.id)
      }
      // The closure throws at the first progress, which ends the call.
      await #expect(throws: (any Error).self) {
        try await daemon.client { client in
          _ = try await client.undoImport(Self.request) { _ in throw TestFailure("enough") }
        }
      }
      let store = try daemon.directory.workspace("")
      while true {
        // The daemon learns of it in its own time.
        let record = try await store.importRecord(Self.id)
        #expect([.undoing, .undone].contains(record.state))
        do {
          let summary = try await daemon.client { try await $0.undoImport(Self.request) }
          #expect(summary.progress.deleted == UInt64(rowCount) && summary.progress.kept == 0)
          break
        } catch let error as MusterClientError where error.code == .aborted {
          await Task.yield()
        }
      }
      #expect(try await daemon.exportedRows().isEmpty)
      try await daemon.expectServesOn()
    }
  }

  @Test func `a second undo at the same time is refused, and an import goes on meanwhile`()
    async throws
  {
    try await TestDaemon.with(limits: .unbounded) { daemon in
      let rowCount = UndoRun.stepMembersMax * 3
      try await daemon.client { client in
        _ = try await client.importRows(
          columns: ["external_id", "name"], rows: Self.people(rowCount, name: "n"),
          importID: Self.id)
        let refused = Collected<MusterClientError.Code>()
        let created = Collected<UInt64>()
        _ = try await client.undoImport(Self.request) { _ in
          guard refused.count == 0 else { return }
          do {
            _ = try await client.undoImport(Self.request)
          } catch let error as MusterClientError {
            refused.append(error.code)
          }
          let outcome = try await client.importRows(
            columns: ["external_id"], rows: [["meanwhile"]])
          created.append(outcome.summary.progress.counts.created)
        }
        // The first answer may be slow enough that the daemon had nothing left to do by then.
        #expect(refused.all.isEmpty || refused.all == [.aborted])
        #expect(created.all == [1])
      }
      #expect(try await daemon.exportedRows().map { $0[2] } == ["meanwhile"])
    }
  }

  @Test func `what cannot be undone is refused in words`() async throws {
    try await TestDaemon.with { daemon in
      @Sendable func refusal(_ id: String) async throws -> MusterClientError? {
        try await daemon.client { client in
          do {
            _ = try await client.undoImport(UndoImportRequest(workspace: "", importID: id))
            return nil
          } catch let error as MusterClientError {
            return error
          }
        }
      }
      #expect(try await refusal("none")?.code == .notFound)
      let begin = ProtoBytes.begin(columns: ["external_id"], importID: Self.id)
      _ = try await daemon.send([begin])
      let open = try await refusal(Self.id)
      #expect(open?.code == .failedPrecondition)
      #expect(open?.message.contains("cancel") == true)
      try await daemon.rawClient { client in
        let running = await client.stream { sender in
          try await sender.send(begin)
          _ = try await sender.waitForAccepted()
          #expect(try await refusal(Self.id)?.code == .aborted)
          try await sender.send(ProtoBytes.finish(rowCount: 0))
        }
        #expect(running.error == nil)
      }
    }
  }
}

extension Limits {
  /// As many rows and bytes as anybody likes.
  fileprivate static var unbounded: Limits {
    var limits = Limits()
    limits.rowsPerImport = 0
    limits.bytesPerImport = 0
    return limits
  }
}
