import GRPCCore
import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// A client that does not read is not read from either.
@Suite(.timeLimit(.minutes(3)), .serialized) struct UnreadClientTests {
  private static let importID = "0f0e0d0c-0b0a-4908-8706-050403020100"
  private static let rowsPerChunk = 1_000
  private static let chunkCount = 400

  /// Rows whose faults are longer than the rows: the daemon's answers are what piles up.
  private static func faultyChunk(_ number: Int) -> [UInt8] {
    let cell = String(repeating: "x", count: 200)
    return ProtoBytes.chunk(
      firstRow: UInt64(number * rowsPerChunk), rows: Array(repeating: [cell], count: rowsPerChunk))
  }

  /// Sends faults without end and reads none of the answers, until it is cancelled.
  private func sendUnread(_ client: RawClient) async {
    try? await client.grpc.bidirectionalStreaming(
      request: StreamingClientRequest { writer in
        let begin = ProtoBytes.begin(columns: ["email"], importID: Self.importID)
        try await writer.write(RawMessage(bytes: begin))
        for number in 0..<Self.chunkCount {
          try await writer.write(RawMessage(bytes: Self.faultyChunk(number)))
        }
      },
      descriptor: ImportMethods.importMembers, serializer: RawSerializer(),
      deserializer: WireDeserializer<ImportResponse>(), options: RawClient.options
    ) { _ in
      // Looks at nothing until the task is cancelled.
      let (never, _) = AsyncStream<Void>.makeStream()
      for await _ in never {}
    }
  }

  private func decidedRows(_ daemon: TestDaemon) async throws -> UInt64 {
    try await daemon.client { client in
      do {
        return try await client.getImport(
          GetImportRequest(workspace: "", importID: Self.importID)
        ).progress.counts.received
      } catch let error as MusterClientError where error.code == .notFound {
        return 0
      }
    }
  }

  @Test func `the daemon stops reading, serves others, and goes on when it is gone`() async throws {
    var limits = Limits()
    limits.rowsPerImport = 0
    limits.bytesPerImport = 0
    try await TestDaemon.with(limits: limits) { daemon in
      try await daemon.rawClient { raw in
        let task = Task { await sendUnread(raw) }
        // It stands still when forty imports of others have come and gone without a row of it.
        var decided: UInt64 = 0
        var still = 0
        while still < 40 {
          try await daemon.expectServesOn()
          let now = try await decidedRows(daemon)
          still = now > 0 && now == decided ? still + 1 : 0
          decided = now
        }
        #expect(decided < UInt64(Self.chunkCount * Self.rowsPerChunk) / 4, "read on to \(decided)")
        task.cancel()
        await task.value
      }
      try await daemon.expectServesOn()
      // The import is let go of, and goes on where it stood.
      let begin = ProtoBytes.begin(columns: ["email"], importID: Self.importID)
      var outcome = try await daemon.send([begin])
      while outcome.error?.message.contains("running on another stream") == true {
        outcome = try await daemon.send([begin])
      }
      #expect(outcome.accepted != nil)
      #expect(outcome.accepted.map { $0.nextRow == $0.progress.counts.rejected } == true)
    }
  }

  @Test func `an export that nobody reads holds up nobody else`() async throws {
    var limits = Limits()
    limits.rowsPerImport = 0
    limits.bytesPerImport = 0
    try await TestDaemon.with(limits: limits) { daemon in
      let name = String(repeating: "n", count: 2_000)
      _ = try await daemon.client { client in
        try await client.importRows(
          columns: ["external_id", "name"], rows: (0..<8_000).map { ["u\($0)", name] })
      }
      try await daemon.rawClient { raw in
        let before = residentMemory()
        let tasks = (0..<10).map { _ in
          Task {
            try? await raw.grpc.serverStreaming(
              request: ClientRequest(message: RawMessage(bytes: [])),
              descriptor: MemberMethods.exportMembers, serializer: RawSerializer(),
              deserializer: RawDeserializer(), options: RawClient.options
            ) { _ in
              let (never, _) = AsyncStream<Void>.makeStream()
              for await _ in never {}
            }
          }
        }
        for _ in 0..<40 { try await daemon.expectServesOn() }
        // Ten exports of 16 MB would be 160 MB.
        #expect(residentMemory() - before < 100 * 1024 * 1024)
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
      }
      try await daemon.expectServesOn()
    }
  }
}
