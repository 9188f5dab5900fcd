import GRPCCore
import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import Testing

/// Listing, watching and cancelling imports, and their faults, over the socket.
@Suite(.timeLimit(.minutes(2))) struct LedgerCallTests {
  private static let id = "0f0e0d0c-0b0a-4908-8706-050403020100"
  private static let request = GetImportRequest(workspace: "", importID: id)
  private static let begin = ProtoBytes.begin(columns: ["external_id"], importID: id)

  private func chunk(_ numbers: Range<Int>) -> [UInt8] {
    ProtoBytes.chunk(firstRow: UInt64(numbers.lowerBound), rows: numbers.map { ["u\($0)"] })
  }

  @Test func `a listing has the newest first, in pages, and only the states asked for`()
    async throws
  {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        var ids: [String] = []
        for number in 0..<5 {
          let outcome = try await client.importRows(
            columns: ["external_id"], rows: [["u\(number)"]])
          ids.append(outcome.summary.importID)
        }
        _ = try await daemon.send([Self.begin, chunk(0..<2)])
        ids.append(Self.id)
        var listed: [ImportRecord] = []
        var request = ListImportsRequest(workspace: "", pageSize: 4)
        repeat {
          let page = try await client.listImports(request)
          #expect(page.imports.count <= 4)
          listed += page.imports
          request.pageToken = page.nextPageToken
        } while !request.pageToken.isEmpty
        #expect(listed.map(\.importID) == ids.reversed())
        let newest = try await client.getImport(Self.request)
        #expect(listed.first == newest)
        let open = try await client.listImports(
          ListImportsRequest(workspace: "", states: [.open, .running]))
        #expect(open.imports.map(\.importID) == [Self.id] && open.nextPageToken.isEmpty)
        for token in ["x", "0", "-1", "99999999999999999999"] {
          let error = await #expect(throws: MusterClientError.self) {
            try await client.listImports(ListImportsRequest(workspace: "", pageToken: token))
          }
          #expect(error?.code == .invalidArgument)
        }
        let nowhere = await #expect(throws: MusterClientError.self) {
          try await client.listImports(ListImportsRequest(workspace: "nope"))
        }
        #expect(nowhere?.code == .notFound)
      }
    }
  }

  @Test func `a running import is cancelled: its stream ends in words, its rows stay`() async throws
  {
    try await TestDaemon.with { daemon in
      try await daemon.rawClient { client in
        let outcome = await client.stream { sender in
          try await sender.send(Self.begin)
          _ = try await sender.waitForAccepted()
          try await sender.send(chunk(0..<5))
          try await sender.waitForCommitted(5)
          let running = try await daemon.client { try await $0.getImport(Self.request) }
          #expect(running.state == .running)
          let record = try await daemon.client { try await $0.cancelImport(Self.request) }
          #expect(record.state == .cancelled && record.progress.committed == 5)
          while await sender.next() != nil {}
        }
        #expect(outcome.error?.code == .cancelled)
        #expect(outcome.error?.message.contains("first 5 rows") == true)
        #expect(outcome.lastProgress?.committed == 5)
      }
      let again = try await daemon.send([Self.begin])
      #expect(again.error?.code == .failedPrecondition)
      #expect(again.error?.message.contains("was cancelled; give a new import a new id") == true)
      try await daemon.client { client in
        let cancelled = try await client.cancelImport(Self.request)
        #expect(cancelled.state == .cancelled)
        let undone = try await client.undoImport(Self.request)
        #expect(undone.progress.deleted == 5)
        let over = await #expect(throws: MusterClientError.self) {
          try await client.cancelImport(Self.request)
        }
        #expect(over?.code == .failedPrecondition)
      }
      #expect(try await daemon.exportedRows().isEmpty)
    }
  }

  @Test func `a watcher hears of every state until the import is over`() async throws {
    try await TestDaemon.with { daemon in
      let states = Collected<ImportRecord.State>()
      let (seen, sees) = AsyncStream<ImportRecord>.makeStream()
      try await daemon.rawClient { client in
        let outcome = await client.stream { sender in
          try await sender.send(Self.begin)
          _ = try await sender.waitForAccepted()
          let watch = Task {
            try await daemon.client { client in
              try await client.watchImport(Self.request) { record in
                states.append(record.state)
                sees.yield(record)
              }
            }
          }
          var records = seen.makeAsyncIterator()
          #expect(await records.next()?.state == .running)
          try await sender.send(chunk(0..<5))
          while let record = await records.next(), record.progress.committed < 5 {}
          try await sender.send(ProtoBytes.finish(rowCount: 5))
          try await watch.value
        }
        #expect(outcome.summary != nil)
      }
      #expect(states.all.last == .finished && states.all.first == .running)
      #expect(Set(states.all) == [.running, .finished])
    }
  }

  @Test func `a watcher that goes away is forgotten, and one of nothing is told so`() async throws {
    try await TestDaemon.with { daemon in
      _ = try await daemon.send([Self.begin])
      await #expect(throws: (any Error).self) {
        try await daemon.client { client in
          try await client.watchImport(Self.request) { _ in throw TestFailure("enough") }
        }
      }
      let nothing = GetImportRequest(workspace: "", importID: "none")
      try await daemon.client { client in
        for call in 0..<3 {
          let error = await #expect(throws: MusterClientError.self) {
            switch call {
            case 0: try await client.watchImport(nothing) { _ in }
            case 1: try await client.listFaults(nothing) { _ in }
            default: _ = try await client.cancelImport(nothing)
            }
          }
          #expect(error?.code == .notFound)
        }
      }
      try await daemon.expectServesOn()
    }
  }

  @Test func `a server that stops ends its watchers`() async throws {
    let watched = Collected<MusterClientError.Code>()
    let (told, tells) = AsyncStream<Void>.makeStream()
    let watch = Collected<Task<Void, Never>>()
    try await TestDaemon.with { daemon in
      _ = try await daemon.send([Self.begin])
      watch.append(
        Task {
          do {
            try await daemon.client { client in
              try await client.watchImport(Self.request) { _ in tells.yield() }
            }
          } catch {
            watched.append((error as? MusterClientError)?.code ?? .unknown)
          }
        })
      for await _ in told { break }
    }
    await watch.all.first?.value
    #expect(watched.all == [.unavailable])
  }

  @Test func `the faults in the ledger are those that the client was told`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        let rows = (0..<1_500).map {
          ["", "no-at-\($0)", $0.isMultiple(of: 2) ? "1980-02-30" : ""]
        }
        let outcome = try await client.importRows(
          columns: ["external_id", "email", "date_of_birth"], rows: rows, importID: Self.id)
        let listed = Collected<RowFault>()
        try await client.listFaults(Self.request) { for fault in $0 { listed.append(fault) } }
        #expect(listed.count == 2_250)
        #expect(listed.all == outcome.faults)
      }
    }
  }
}
