import GRPCCore
import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// Several clients at once see what each alone would see.
@Suite(.timeLimit(.minutes(2))) struct ConcurrencyTests {
  private static var noLimits: Limits {
    var limits = Limits()
    limits.rowsPerImport = 0
    limits.bytesPerImport = 0
    return limits
  }

  private func rows(_ name: String, _ count: Int) -> [[String]] {
    (0..<count).map { ["\(name)-\($0)", "Name \($0)"] }
  }

  @Test func `two imports at once into one workspace both end whole`() async throws {
    try await TestDaemon.with(limits: Self.noLimits) { daemon in
      let created = try await withThrowingTaskGroup(of: UInt64.self) { group in
        for name in ["a", "b", "c"] {
          group.addTask {
            let outcome = try await daemon.client { client in
              try await client.importRows(
                columns: ["external_id", "name"], rows: rows(name, 5_000), rowsPerChunk: 100)
            }
            let counts = outcome.summary.progress.counts
            #expect(counts.received == 5_000 && outcome.summary.progress.committed == 5_000)
            return counts.created
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(created == 15_000)
      let exported = try await daemon.exportedRows()
      #expect(exported.count == 15_000)
      #expect(Set(exported.map { $0[2] }).count == 15_000)
    }
  }

  @Test func `two imports of the same people at once create each of them once`() async throws {
    try await TestDaemon.with(limits: Self.noLimits) { daemon in
      let counts = try await withThrowingTaskGroup(of: ImportCounts.self) { group in
        for _ in 0..<2 {
          group.addTask {
            try await daemon.client { client in
              try await client.importRows(
                columns: ["external_id", "name"], rows: rows("same", 4_000), rowsPerChunk: 50
              ).summary.progress.counts
            }
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(counts.map(\.created).reduce(0, +) == 4_000)
      #expect(counts.map(\.unchanged).reduce(0, +) == 4_000)
      #expect(try await daemon.exportedRows().count == 4_000)
    }
  }

  @Test func `imports at once into two workspaces stay apart`() async throws {
    try await TestDaemon.with(limits: Self.noLimits) { daemon in
      _ = try await daemon.client { client in
        try await client.createWorkspace(CreateWorkspaceRequest(name: "other"))
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for workspace in ["default", "other"] {
          group.addTask {
            let outcome = try await daemon.client { client in
              try await client.importRows(
                workspace: workspace, columns: ["external_id", "name"], rows: rows("p", 3_000))
            }
            #expect(outcome.summary.progress.counts.created == 3_000)
            #expect(outcome.summary.workspace == workspace)
            #expect(outcome.summary.store.hasSuffix("/\(workspace).db"))
          }
        }
        try await group.waitForAll()
      }
      for workspace in ["default", "other"] {
        #expect(try await daemon.exportedRows(workspace: workspace).count == 3_000)
      }
    }
  }

  @Test func `an import begun with one id in two workspaces is two imports`() async throws {
    try await TestDaemon.with { daemon in
      let id = "0f0e0d0c-0b0a-4908-8706-050403020100"
      try await daemon.client { client in
        _ = try await client.createWorkspace(CreateWorkspaceRequest(name: "other"))
        for workspace in ["default", "other"] {
          let outcome = try await client.importRows(
            workspace: workspace, columns: ["external_id"], rows: [["u"]], importID: id)
          #expect(outcome.summary.progress.counts.created == 1)
        }
      }
    }
  }

  @Test func `an export while an import runs gives whole rows, each once`() async throws {
    try await TestDaemon.with(limits: Self.noLimits) { daemon in
      let done = Collected<Bool>()
      async let importing: Void = {
        defer { done.append(true) }
        _ = try await daemon.client { client in
          try await client.importRows(
            columns: ["external_id", "name"], rows: rows("e", 20_000), rowsPerChunk: 200)
        }
      }()
      var exportedCounts: [Int] = []
      while done.count == 0 {
        let exported = try await daemon.exportedRows()
        exportedCounts.append(exported.count)
        // Rows are made in order, so an export is the beginning of the whole.
        let wanted = rows("e", exported.count)
        #expect(exported.map { [$0[2], $0[3]] } == wanted)
      }
      try await importing
      #expect(exportedCounts == exportedCounts.sorted())
      #expect(try await daemon.exportedRows().count == 20_000)
    }
  }

  @Test func `labels that are made while an import runs are known to the next one`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.rawClient { raw in
        let outcome = await raw.stream { sender in
          try await sender.send(ProtoBytes.begin(columns: ["external_id", "labels"]))
          _ = try await sender.waitForAccepted()
          let made = try await daemon.client { client in
            try await client.createLabels(CreateLabelsRequest(workspace: "", slugs: ["vip"]))
          }
          #expect(made.created == ["vip"])
          try await sender.send(ProtoBytes.chunk(firstRow: 0, rows: [["u", ""]]))
          try await sender.send(ProtoBytes.finish(rowCount: 1))
        }
        #expect(outcome.error == nil)
      }
      let next = try await daemon.client { client in
        try await client.importRows(columns: ["external_id", "labels"], rows: [["u", "vip"]])
      }
      #expect(next.summary.progress.counts.updated == 1)
    }
  }

  @Test func `a hundred small imports on one connection all end`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<100 {
            group.addTask {
              let outcome = try await client.importRows(
                columns: ["external_id"], rows: [["u\(number)"]])
              #expect(outcome.summary.progress.counts.created == 1)
            }
          }
          try await group.waitForAll()
        }
      }
      #expect(try await daemon.exportedRows().count == 100)
    }
  }
}
