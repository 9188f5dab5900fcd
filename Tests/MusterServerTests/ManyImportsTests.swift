import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// Eight imports at the same time end as eight one after the other would, and none starves.
@Suite(.timeLimit(.minutes(3)), .serialized) struct ManyImportsTests {
  private static let importers = 8
  private static let ownCount = 1_200
  private static let sharedCount = 400
  private static let repeatCount = 100
  private static let columns = ["external_id", "name", "labels"]

  /// The label that an importer gives to everybody it knows.
  private static func label(_ importer: Int) -> String { "l\(importer)" }

  /// People of its own, people that all know, and some of its own once more.
  private static func rows(of importer: Int) -> [[String]] {
    let own = (0..<ownCount).map {
      ["own-\(importer)-\($0)", "Name \(importer) \($0)", label(importer)]
    }
    let shared = (0..<sharedCount).map { ["shared-\($0)", "", label(importer)] }
    return own.dropLast(ownCount / 2) + shared + own.suffix(ownCount / 2) + own.prefix(repeatCount)
  }

  /// What a workspace holds after some imports, whatever their order was, as external id, name and
  /// labels.
  private static func model(after importers: some Sequence<Int>) -> Set<[String]> {
    var members: [String: (name: String, labels: Set<String>)] = [:]
    for importer in importers {
      for row in rows(of: importer) {
        var member = members[row[0]] ?? ("", [])
        if !row[1].isEmpty { member.name = row[1] }
        member.labels.insert(row[2])
        members[row[0]] = member
      }
    }
    return Set(
      members.map { [$0.key, $0.value.name, $0.value.labels.sorted().joined(separator: ",")] })
  }

  private static func importID(_ importer: Int) -> String {
    "0f0e0d0c-0b0a-4908-8706-05040302010\(importer)"
  }

  /// Sorted, for a message that can be read if they differ.
  private func members(_ daemon: TestDaemon, _ workspace: String) async throws -> Set<[String]> {
    Set(try await daemon.exportedRows(workspace: workspace).map { [$0[2], $0[3], $0[6]] })
  }

  /// Imports everything at the same time, and looks how far all are when the first one ends.
  private func importAll(
    _ daemon: TestDaemon, into workspace: @escaping @Sendable (Int) -> String
  ) async throws -> (counts: [ImportCounts], whenTheFirstEnded: [UInt64]) {
    try await daemon.client { client in
      for name in Set((0..<Self.importers).map(workspace)) {
        _ = try await client.createWorkspace(CreateWorkspaceRequest(name: name))
        _ = try await client.createLabels(
          CreateLabelsRequest(workspace: name, slugs: (0..<Self.importers).map(Self.label)))
      }
    }
    // Nobody has a start on the others: how far they come is up to the daemon then.
    let start = StartLine(runners: Self.importers)
    return try await withThrowingTaskGroup(of: ImportCounts.self) { group in
      for importer in 0..<Self.importers {
        group.addTask {
          try await daemon.client { client in
            try await client.importRows(
              workspace: workspace(importer), columns: Self.columns, rows: Self.rows(of: importer),
              importID: Self.importID(importer), rowsPerChunk: 50,
              whenAccepted: { await start.wait() }
            ).summary.progress.counts
          }
        }
      }
      var counts = [try #require(try await group.next())]
      let reached = try await daemon.client { client in
        var reached: [UInt64] = []
        for importer in 0..<Self.importers {
          let request = GetImportRequest(
            workspace: workspace(importer), importID: Self.importID(importer))
          reached.append(try await client.getImport(request).progress.counts.received)
        }
        return reached
      }
      for try await more in group { counts.append(more) }
      return (counts, reached)
    }
  }

  @Test func `into one workspace they end as the model says, and none starves`() async throws {
    try await TestDaemon.with { daemon in
      let (counts, reached) = try await importAll(daemon) { _ in "one" }
      let rowCount = UInt64(Self.rows(of: 0).count)
      #expect(counts.allSatisfy { $0.received == rowCount && $0.rejected == 0 })
      #expect(counts.allSatisfy { $0.repeats >= UInt64(Self.repeatCount) })
      // Somebody made each of those whom all know, and all others found them.
      let own = UInt64(Self.importers * Self.ownCount)
      let shared = UInt64(Self.sharedCount)
      #expect(counts.reduce(0) { $0 + $1.created } == own + shared)
      #expect(counts.reduce(0) { $0 + $1.updated } == shared * UInt64(Self.importers - 1))
      #expect(try await members(daemon, "one") == Self.model(after: 0..<Self.importers))
      #expect(reached.allSatisfy { $0 > rowCount / 10 }, "one starved: \(reached)")
    }
  }

  @Test func `into eight workspaces they end as the model says, and none starves`() async throws {
    try await TestDaemon.with { daemon in
      let (counts, reached) = try await importAll(daemon) { "w\($0)" }
      let rowCount = UInt64(Self.rows(of: 0).count)
      for importer in 0..<Self.importers {
        #expect(try await members(daemon, "w\(importer)") == Self.model(after: [importer]))
      }
      #expect(
        counts.allSatisfy {
          $0.created == UInt64(Self.ownCount + Self.sharedCount)
            && $0.unchanged == UInt64(Self.repeatCount) && $0.received == rowCount
        })
      #expect(reached.allSatisfy { $0 > rowCount / 10 }, "one starved: \(reached)")
    }
  }

  @Test func `a client that stops sending holds up nobody, and its rows are durable`() async throws
  {
    try await TestDaemon.with { daemon in
      try await daemon.rawClient { raw in
        let begin = ProtoBytes.begin(columns: ["external_id"], importID: Self.importID(0))
        let outcome = await raw.stream { sender in
          try await sender.send(begin)
          _ = try await sender.waitForAccepted()
          try await sender.send(ProtoBytes.chunk(firstRow: 0, rows: [["silent-0"], ["silent-1"]]))
          // Nobody waits for it: its rows are committed, and others are served.
          try await sender.waitForCommitted(2)
          for _ in 0..<20 { try await daemon.expectServesOn() }
          try await sender.send(ProtoBytes.chunk(firstRow: 2, rows: [["silent-2"]]))
          try await sender.send(ProtoBytes.finish(rowCount: 3))
        }
        #expect(outcome.summary?.progress.counts.created == 3)
      }
    }
  }
}
