import MusterClient
import MusterTestDaemon
import MusterTestSupport
import Testing

/// Members out.
@Suite(.timeLimit(.minutes(1))) struct ExportTests {
  private struct Stop: Error {}

  @Test func `rows come typed, as cells and as bytes`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        try await ImportTests.prepare(muster)
        _ = try await muster.importMembers(
          from: [ImportTests.alice, ImportTests.bob], columns: ImportTests.columns)
        try await muster.exportMembers(with: [.id, .role]) { rows in
          #expect(rows.columns.prefix(3) == [.named("_id"), .named("_role"), .email])
          var iterator = rows.makeAsyncIterator()
          let alice = try #require(try await iterator.next())
          #expect(alice.id == 1 && alice.role == "user" && alice.member == ImportTests.alice)
          #expect(alice.cellCount == rows.columns.count && alice.cells.count == alice.cellCount)
          #expect(alice[.email] == "alice@example.com" && alice[.notifyVoice] == nil)
          #expect(alice[.form("patient", "blood_type")] == "A+" && alice[.named("x")] == nil)
          #expect(alice.withCell(at: 5) { $0.count } == "Alice".utf8.count)
          let bob = try #require(try await iterator.next())
          #expect(bob.id == 2 && bob.member.labels == ["vip"] && bob[.email] == nil)
          let end = try await iterator.next()
          #expect(end == nil)
        }
      }
    }
  }

  @Test func `an export imports again as it is and changes nothing`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        try await ImportTests.prepare(muster)
        _ = try await muster.importMembers(
          from: [ImportTests.alice, ImportTests.bob], columns: ImportTests.columns)
        let (columns, cells) = try await muster.exportMembers(with: [.role]) { rows in
          var cells: [[String?]] = []
          for try await row in rows { cells.append(row.cells) }
          return (rows.columns, cells)
        }
        let result = try await muster.importMembers(columns: columns) { rows in
          for cells in cells { try await rows.write(cells: cells) }
        }
        #expect(result.counts.unchanged == 2 && result.counts.received == 2)
      }
    }
  }

  @Test func `a reader may stop early or throw, and the connection serves on`() async throws {
    var limits = Limits()
    limits.bytesPerImport = 0
    try await TestDaemon.with(limits: limits) { daemon in
      try await daemon.client { muster in
        let name = String(repeating: "n", count: 2_000)
        _ = try await muster.importMembers(
          from: (0..<5_000).map { Member(externalID: "u\($0)", name: name) })
        let first = try await muster.exportMembers { rows in
          for try await row in rows { return row.member.externalID }
          return nil
        }
        #expect(first == "u0")
        await #expect(throws: Stop.self) {
          try await muster.exportMembers { rows in
            for try await row in rows where row[.externalID] == "u3000" { throw Stop() }
          }
        }
        let task = Task {
          try await muster.exportMembers { rows in
            for try await _ in rows {
              let (never, _) = AsyncStream<Void>.makeStream()
              for await _ in never {}
            }
          }
        }
        task.cancel()
        _ = await task.result
        #expect(try await daemon.exportedRows().count == 5_000)
      }
    }
  }

  @Test func `an export of a workspace that is not there says so`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { muster in
        let error = await #expect(throws: MusterClientError.self) {
          try await muster.exportMembers(workspace: "nope") { _ in }
        }
        #expect(error?.code == .notFound)
      }
    }
  }
}
