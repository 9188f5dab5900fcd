import GRPCCore
import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire
import Testing

/// Exports come in messages that every client takes.
@Suite(.timeLimit(.minutes(2))) struct ExportTests {
  /// The sizes of an export's messages.
  private func messageSizes(_ daemon: TestDaemon) async throws -> [Int] {
    try await daemon.rawClient { raw in
      try await raw.grpc.serverStreaming(
        request: ClientRequest(message: RawMessage(bytes: [])),
        descriptor: MemberMethods.exportMembers, serializer: RawSerializer(),
        deserializer: RawDeserializer(), options: RawClient.options
      ) { response in
        var sizes: [Int] = []
        for try await message in response.messages { sizes.append(message.bytes.count) }
        return sizes
      }
    }
  }

  @Test func `messages of blank cells are no larger than others`() async throws {
    try await TestDaemon.with { daemon in
      let fields = (0..<100).map { FormField(slug: "f\($0)", type: .text) }
      _ = try await daemon.client { client in
        _ = try await client.createForm(
          CreateFormRequest(workspace: "", form: Form(slug: "wide", fields: fields)))
        return try await client.importRows(
          columns: ["external_id"], rows: (0..<2_000).map { ["u\($0)"] })
      }
      let sizes = try await messageSizes(daemon)
      // Without the bytes of the cells themselves, all would be one message of 450 KB.
      #expect(sizes.reduce(0, +) > 400_000)
      #expect(sizes.allSatisfy { $0 <= 64 * 1024 }, "\(sizes)")
    }
  }
}
