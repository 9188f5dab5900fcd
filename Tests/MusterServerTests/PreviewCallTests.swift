import GRPCCore
import MusterClient
import MusterCore
import MusterStore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// Previews and all-or-nothing imports on the wire.
@Suite(.timeLimit(.minutes(2))) struct PreviewCallTests {
  private static let id = "0f0e0d0c-0b0a-4908-8706-050403020100"

  private static func begin(
    _ columns: [String] = ["external_id", "name"], id: String = "", options: [UInt8] = []
  ) -> [UInt8] {
    ProtoBytes.field(
      1,
      columns.flatMap { ProtoBytes.field(2, $0) } + ProtoBytes.field(3, options)
        + ProtoBytes.field(4, id))
  }

  private static let preview = ProtoBytes.field(9, 2)
  private static let wholly = ProtoBytes.field(10, 1)

  private static func people(_ numbers: Range<Int>, _ name: String = "n") -> [[String]] {
    numbers.map { ["p\($0)", name] }
  }

  private static func isProgress(_ response: ImportResponse) -> Bool {
    if case .progress = response { true } else { false }
  }

  @Test func `a preview tells changes and faults, then a summary, and leaves no trace`()
    async throws
  {
    try await TestDaemon.with { daemon in
      _ = try await daemon.send([
        Self.begin(), ProtoBytes.chunk(firstRow: 0, rows: Self.people(0..<2)),
        ProtoBytes.finish(rowCount: 2),
      ])
      let before = try await daemon.exportedRows()
      let outcome = try await daemon.send([
        Self.begin(id: Self.id, options: Self.preview),
        ProtoBytes.chunk(firstRow: 0, rows: Self.people(0..<1) + Self.people(1..<3, "new")),
        ProtoBytes.chunk(firstRow: 3, rows: [["", "nobody"]]), ProtoBytes.finish(rowCount: 4),
      ])
      #expect(outcome.error == nil)
      #expect(outcome.changes.map(\.row) == [2, 3])
      #expect(outcome.changes.map(\.outcome) == [.updated, .created])
      #expect(outcome.changes.map(\.member) == [2, 0])
      let name = FieldChange(column: "name", old: Array("n".utf8), new: Array("new".utf8))
      #expect(outcome.changes[0].fields == [name])
      #expect(outcome.faults.map(\.row) == [4])
      let summary = try #require(outcome.summary)
      #expect(summary.isPreview && summary.state == .finished)
      #expect(summary.progress.committed == 0)
      let counts = summary.progress.counts
      #expect(counts.created == 1 && counts.updated == 1 && counts.unchanged == 1)
      #expect(counts.rejected == 1 && counts.received == 4)
      if case .summary = outcome.responses.last {} else { Issue.record("\(outcome.responses)") }
      // Nobody is told that anything was decided before its end.
      #expect(outcome.responses.allSatisfy { !Self.isProgress($0) || $0 == .progress(.init()) })
      #expect(try await daemon.exportedRows() == before)
      // Its id is as free as it was.
      let workspace = try daemon.directory.workspace("")
      #expect(try await workspace.imports(ImportQuery()).records.count == 1)
      let real = try await daemon.send([
        Self.begin(id: Self.id),
        ProtoBytes.chunk(firstRow: 0, rows: Self.people(0..<1) + Self.people(1..<3, "new")),
        ProtoBytes.chunk(firstRow: 3, rows: [["", "nobody"]]), ProtoBytes.finish(rowCount: 4),
      ])
      #expect(real.summary?.importID == Self.id)
      #expect(real.summary?.progress.counts == counts)
      #expect(real.faults == outcome.faults && real.changes.isEmpty)
    }
  }

  @Test func `messages of a preview are small, whatever a row changes`() async throws {
    try await TestDaemon.with { daemon in
      let fields = (0..<12).map { FormField(slug: "f\($0)", type: .text) }
      try await daemon.directory.workspace("").createForm(Form(slug: "f", fields: fields))
      let columns = ["external_id"] + fields.map { "form.f.\($0.slug)" }
      func chunk(_ letter: String) -> [UInt8] {
        ProtoBytes.chunk(
          firstRow: 0,
          rows: (0..<4).map { row in
            ["p\(row)"] + fields.map { _ in String(repeating: letter, count: 20_000) }
          })
      }
      _ = try await daemon.send([
        Self.begin(columns), chunk("a"), ProtoBytes.finish(rowCount: 4),
      ])
      let outcome = try await daemon.send([
        Self.begin(columns, options: Self.preview), chunk("b"), ProtoBytes.finish(rowCount: 4),
      ])
      #expect(outcome.summary?.progress.counts.updated == 4)
      let sizes = try outcome.responses.map { try wireByteCount($0) }
      #expect(sizes.allSatisfy { $0 <= 64 * 1024 }, "\(sizes)")
      #expect(Set(outcome.changes.map(\.row)) == [1, 2, 3, 4])
      for row in 1...4 as ClosedRange<UInt64> {
        let told = outcome.changes.filter { $0.row == row }.flatMap(\.fields)
        #expect(told.map(\.column).sorted() == columns.dropFirst().sorted())
        #expect(told.allSatisfy { $0.old.count == 20_000 && $0.new.count == 20_000 })
      }
    }
  }

  @Test func `thousands of changes and faults all come, in the order of their rows`() async throws {
    try await TestDaemon.with { daemon in
      let rows = (0..<9_000).map { $0.isMultiple(of: 3) ? ["", "x"] : ["p\($0)", "x"] }
      let chunks = stride(from: 0, to: 9_000, by: 900).map {
        ProtoBytes.chunk(firstRow: UInt64($0), rows: Array(rows[$0..<$0 + 900]))
      }
      let outcome = try await daemon.send(
        [Self.begin(options: Self.preview)] + chunks + [ProtoBytes.finish(rowCount: 9_000)])
      #expect(outcome.error == nil)
      let numbers = (1...9_000).map(UInt64.init)
      #expect(outcome.faults.map(\.row) == numbers.filter { ($0 - 1).isMultiple(of: 3) })
      #expect(outcome.changes.map(\.row) == numbers.filter { !($0 - 1).isMultiple(of: 3) })
    }
  }

  @Test func `all or nothing, a fault refuses every row`() async throws {
    try await TestDaemon.with { daemon in
      let messages = [
        Self.begin(id: Self.id, options: Self.wholly),
        ProtoBytes.chunk(firstRow: 0, rows: Self.people(0..<3) + [["", "x"], ["", "y"]]),
        ProtoBytes.finish(rowCount: 5),
      ]
      let outcome = try await daemon.send(messages)
      #expect(outcome.error == nil)
      #expect(outcome.faults.map(\.row) == [4, 5])
      let summary = try #require(outcome.summary)
      #expect(summary.state == .refused && !summary.isPreview)
      let counts = summary.progress.counts
      #expect(counts.received == 5 && counts.rejected == 5 && counts.faults == 2)
      #expect(try await daemon.exportedRows().isEmpty)
      // The faults come before anything is called committed.
      #expect(outcome.responses.allSatisfy { !Self.isProgress($0) || $0 == .progress(.init()) })
      let again = try await daemon.send([messages[0]])
      #expect(again.summary?.state == .refused && again.error == nil)
      #expect(again.summary?.progress == summary.progress)
    }
  }

  @Test func `all or nothing, rows without a fault are all applied, or none yet`() async throws {
    try await TestDaemon.with { daemon in
      let rows = ProtoBytes.chunk(firstRow: 0, rows: Self.people(0..<4))
      let begin = Self.begin(id: Self.id, options: Self.wholly)
      let broken = try await daemon.send([begin, rows])
      #expect(broken.error?.code == .aborted)
      #expect(broken.error?.message.contains("begins again at row 0") == true)
      #expect(try await daemon.exportedRows().isEmpty)
      let whole = try await daemon.send([begin, rows, ProtoBytes.finish(rowCount: 4)])
      #expect(whole.accepted?.nextRow == 0)
      #expect(whole.summary?.progress.counts.created == 4)
      #expect(whole.summary?.state == .finished)
      #expect(whole.summary?.progress.committed == 4)
      #expect(try await daemon.exportedRows().count == 4)
    }
  }

  @Test(arguments: [Self.preview, Self.wholly])
  func `a limit of the import leaves nothing of it`(_ options: [UInt8]) async throws {
    var limits = Limits()
    limits.rowsPerImport = 5
    limits.bytesPerImport = 60
    try await TestDaemon.with(limits: limits) { daemon in
      for rows in [Self.people(0..<6), Self.people(0..<2, String(repeating: "n", count: 40))] {
        let outcome = try await daemon.send([
          Self.begin(options: options), ProtoBytes.chunk(firstRow: 0, rows: rows),
        ])
        #expect(outcome.error?.code == .resourceExhausted)
        #expect(outcome.error?.message.contains("nothing was imported") == true)
      }
      #expect(try await daemon.exportedRows().isEmpty)
      try await daemon.expectServesOn()
    }
  }

  @Test func `a preview tells how the import would stop`() async throws {
    try await TestDaemon.with { daemon in
      let outcome = try await daemon.send([
        Self.begin(options: Self.preview + ProtoBytes.field(8, 2)),
        ProtoBytes.chunk(
          firstRow: 0, rows: [["a", ""], ["", ""], ["b", ""], ["", ""], ["c", ""]]),
        ProtoBytes.finish(rowCount: 5),
      ])
      #expect(outcome.error == nil)
      #expect(outcome.summary?.state == .stopped)
      #expect(outcome.summary?.progress.counts.received == 4)
      #expect(outcome.changes.map(\.row) == [1, 3])
    }
  }
}

extension StreamOutcome {
  fileprivate var changes: [RowChange] {
    responses.flatMap { response -> [RowChange] in
      if case .changes(let changes) = response { changes } else { [] }
    }
  }
}

/// Bytes of a message on the wire.
private func wireByteCount(_ response: ImportResponse) throws -> Int {
  let bytes: [UInt8] = try WireSerializer<ImportResponse>().serialize(response)
  return bytes.count
}
