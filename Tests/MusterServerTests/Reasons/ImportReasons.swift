import GRPCCore
import MusterClient
import MusterCore
import MusterServer
import MusterTestDaemon
import MusterTestSupport
import MusterWire

extension ReasonProvocation {
  /// What is wrong with an import: its messages, its state, and what others do meanwhile.
  static let imports: [Self] = [
    stream(.wrongMessageOrder) { sender, _ in try await sender.send(one) },
    stream(.unexpectedRow, [.importID: importID, .nextRow: "0", .workspace: "default"]) {
      sender, _ in
      try await sender.send(begin)
      try await sender.send(ProtoBytes.chunk(firstRow: 7, rows: [["u"]]))
    },
    stream(.streamEnded, [.importID: importID, .nextRow: "1", .workspace: "default"]) {
      sender, _ in
      try await sender.send(begin)
      try await sender.send(one)
    },
    stream(
      .limitExceeded,
      [
        .importID: importID, .workspace: "default", .limit: "rowsPerImport", .limitValue: "2",
        .setting: "limits.rowsPerImport",
      ], limits: limits { $0.rowsPerImport = 2 }
    ) { sender, _ in
      try await sender.send(begin)
      try await sender.send(ProtoBytes.chunk(firstRow: 0, rows: [["a"], ["b"], ["c"]]))
    },
    stream(.importStopped, [.importID: importID, .workspace: "default"]) {
      sender, _ in
      // The option that stops after one fault.
      try await sender.send(
        ProtoBytes.field(
          1,
          ProtoBytes.field(2, "external_id") + ProtoBytes.field(3, ProtoBytes.field(8, 1))
            + ProtoBytes.field(4, importID)))
      try await sender.send(ProtoBytes.chunk(firstRow: 0, rows: [[""], ["a"]]))
      while await sender.next() != nil {}
    },
    stream(.importCancelled, [.importID: importID, .workspace: "default"]) { sender, daemon in
      try await sender.send(begin)
      try await sender.send(one)
      try await sender.waitForCommitted(1)
      try await daemon.client { _ = try await $0.cancelImport(ofImport) }
      while await sender.next() != nil {}
    },
    stream(.catalogueChanged, [.importID: anyUUID, .workspace: "default"]) { sender, daemon in
      try await daemon.client {
        _ = try await $0.createLabels(CreateLabelsRequest(workspace: "", slugs: ["vip"]))
      }
      // A preview: another import would keep the label from being deleted.
      try await sender.send(
        ProtoBytes.field(
          1,
          ProtoBytes.field(2, "external_id") + ProtoBytes.field(2, "labels")
            + ProtoBytes.field(3, ProtoBytes.field(9, 2))))
      _ = try await sender.waitForAccepted()
      try await sender.send(ProtoBytes.chunk(firstRow: 0, rows: [["a", "vip"]]))
      try await daemon.client {
        try await $0.deleteLabel(DeleteLabelRequest(workspace: "", slug: "vip"))
      }
      try await sender.send(ProtoBytes.finish(rowCount: 1))
    },
    stream(.daemonStopping, [.importID: importID, .nextRow: "1", .workspace: "default"]) {
      sender, daemon in
      try await sender.send(begin)
      try await sender.send(one)
      try await sender.waitForCommitted(1)
      daemon.server.beginGracefulShutdown()
      while await sender.next() != nil {}
    },
    Self(reason: .deadlineExceeded, facts: [:]) { daemon in
      // The client itself waits on; only the daemon is told of a deadline.
      try await daemon.rawClient { raw in
        do {
          try await raw.grpc.bidirectionalStreaming(
            request: StreamingClientRequest(metadata: ["grpc-timeout": "200m"]) { _ in
              let (never, _) = AsyncStream<Void>.makeStream()
              for await _ in never {}
            },
            descriptor: ImportMethods.importMembers, serializer: RawSerializer(),
            deserializer: RawDeserializer(), options: .defaults
          ) { for try await _ in $0.messages {} }
          throw TestFailure("Nobody refused it.")
        } catch let error as RPCError {
          return try Told(error)
        }
      }
    },
    call(.importDiffers, [.importID: importID]) { client, daemon in
      _ = try await daemon.send([begin, one])
      _ = try await client.importRows(
        columns: ["external_id", "name"], rows: [], importID: importID)
    },
    call(.importIsOver, [.importID: importID, .state: "CANCELLED"]) { client, daemon in
      _ = try await daemon.send([begin, one])
      _ = try await client.cancelImport(ofImport)
      _ = try await client.importRows(columns: ["external_id"], rows: [], importID: importID)
    },
    call(.importNotOver, [.importID: importID]) { client, daemon in
      _ = try await daemon.send([begin, one])
      _ = try await client.undoImport(ofImport) { _ in
      } kept: { _ in
      }
    },
    call(.undoNotKept, [.importID: importID], limits: limits { $0.undoImportsMax = 1 }) {
      client, _ in
      _ = try await client.importRows(
        columns: ["external_id"], rows: [["first"]], importID: importID)
      // What is kept of older ones goes at one finish in so many.
      for number in 0..<40 {
        _ = try await client.importRows(columns: ["external_id"], rows: [["u\(number)"]])
      }
      for _ in 0..<3 { _ = try await client.getImport(ofImport) }
      _ = try await client.undoImport(ofImport) { _ in
      } kept: { _ in
      }
    },
    whileRunning(.importRunning, [.importID: importID]) {
      _ = try await $0.importRows(columns: ["external_id"], rows: [], importID: importID)
    },
    whileRunning(.importsRunning) {
      _ = try await $0.createLabels(CreateLabelsRequest(workspace: "", slugs: ["vip"]))
      try await $0.deleteLabel(DeleteLabelRequest(workspace: "", slug: "vip"))
    },
  ]

  /// In place of an id that the daemon has chosen.
  static let anyUUID = "any"

  static let begin = ProtoBytes.begin(columns: ["external_id"], importID: importID)
  static let one = ProtoBytes.chunk(firstRow: 0, rows: [["u"]])
  static let ofImport = CancelImportRequest(workspace: "", importID: importID)

  static func limits(_ change: (inout Limits) -> Void) -> Limits {
    var limits = Limits()
    change(&limits)
    return limits
  }

  /// A call that is made while an import runs.
  private static func whileRunning(
    _ reason: ErrorReason, _ facts: [ErrorFact: String] = [:],
    _ call: @escaping @Sendable (MusterClient) async throws -> Void
  ) -> Self {
    Self.call(reason, facts) { client, daemon in
      let refusal = Collected<any Error>()
      try await daemon.rawClient { raw in
        _ = await raw.stream { sender in
          try await sender.send(begin)
          _ = try await sender.waitForAccepted()
          do { try await call(client) } catch { refusal.append(error) }
        }
      }
      for error in refusal.all { throw error }
    }
  }
}
