import GRPCCore
import GRPCNIOTransportHTTP2Posix
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire

/// Bytes that go onto the wire as they are.
struct RawMessage: Sendable { var bytes: [UInt8] }

struct RawSerializer: MessageSerializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: RawMessage) throws -> Bytes {
    Bytes(message.bytes)
  }
}

struct RawDeserializer: MessageDeserializer {
  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> RawMessage {
    unsafe RawMessage(bytes: bytes.withUnsafeBytes { unsafe Array($0) })
  }
}

/// How a stream that was driven by hand ended.
struct StreamOutcome: Sendable {
  var responses: [ImportResponse]
  /// nil for status OK.
  var error: RPCError?

  var summary: ImportSummary? {
    responses.lazy.compactMap { if case .summary(let summary) = $0 { summary } else { nil } }.first
  }

  var accepted: ImportAccepted? {
    responses.lazy.compactMap { if case .accepted(let first) = $0 { first } else { nil } }.first
  }

  var faults: [RowFault] {
    responses.flatMap { response -> [RowFault] in
      if case .faults(let faults) = response { faults } else { [] }
    }
  }

  var lastProgress: ImportProgress? {
    responses.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }.last
  }
}

/// The sending side of a stream that is driven by hand.
struct RawSender: Sendable {
  let writer: RPCWriter<RawMessage>
  let responses: AsyncStream<ImportResponse>

  func send(_ bytes: [UInt8]) async throws { try await writer.write(RawMessage(bytes: bytes)) }

  /// The next answer of the daemon that nobody has looked at; nil once it has ended the stream.
  func next() async -> ImportResponse? {
    for await response in responses { return response }
    return nil
  }

  /// Waits for the daemon's answer to begin.
  func waitForAccepted() async throws -> ImportAccepted {
    while let response = await next() {
      if case .accepted(let accepted) = response { return accepted }
    }
    throw TestFailure("The daemon ended the stream before it accepted the import.")
  }

  /// Waits until the daemon says that this many rows are durable.
  func waitForCommitted(_ rowCount: UInt64) async throws {
    while let response = await next() {
      if case .progress(let progress) = response, progress.committed >= rowCount { return }
    }
    throw TestFailure("The daemon ended the stream before \(rowCount) rows were durable.")
  }
}

/// A gRPC client that knows nothing of the protocol's rules.
struct RawClient: Sendable {
  let grpc: GRPCClient<HTTP2ClientTransport.Posix>

  /// No call of a test takes longer, whatever goes wrong.
  static var options: CallOptions {
    var options = CallOptions.defaults
    options.timeout = .seconds(60)
    return options
  }

  /// Runs one import stream: `send` writes, the answers are collected.
  func stream(_ send: @escaping @Sendable (RawSender) async throws -> Void) async -> StreamOutcome {
    let collected = Collected<ImportResponse>()
    let (responses, continuation) = AsyncStream<ImportResponse>.makeStream()
    do {
      try await grpc.bidirectionalStreaming(
        request: StreamingClientRequest { writer in
          // A refused write only says that the stream is over; its status says why.
          try? await send(RawSender(writer: writer, responses: responses))
        },
        descriptor: ImportMethods.importMembers, serializer: RawSerializer(),
        deserializer: WireDeserializer<ImportResponse>(), options: Self.options
      ) { response in
        defer { continuation.finish() }
        for try await message in response.messages {
          collected.append(message)
          continuation.yield(message)
        }
      }
      return StreamOutcome(responses: collected.all, error: nil)
    } catch {
      return StreamOutcome(
        responses: collected.all,
        error: error as? RPCError ?? RPCError(code: .unknown, message: "\(error)"))
    }
  }

  /// Sends messages one after another without waiting, and closes the client's side.
  func send(_ messages: [[UInt8]]) async -> StreamOutcome {
    await stream { sender in
      for message in messages { try await sender.send(message) }
    }
  }

  /// A call with one request and one answer, both as bytes.
  func unary(_ service: String, _ method: String, _ bytes: [UInt8]) async -> RPCError? {
    do {
      _ = try await grpc.unary(
        request: ClientRequest(message: RawMessage(bytes: bytes)),
        descriptor: MethodDescriptor(fullyQualifiedService: service, method: method),
        serializer: RawSerializer(), deserializer: RawDeserializer(), options: Self.options
      ) { try $0.message }
      return nil
    } catch {
      return error as? RPCError ?? RPCError(code: .unknown, message: "\(error)")
    }
  }
}

extension TestDaemon {
  /// Runs a closure with a client that sends what it is told.
  func rawClient<Result: Sendable>(
    windowBytes: Int = 65_535, _ body: (RawClient) async throws -> Result
  ) async throws -> Result {
    let transport = try HTTP2ClientTransport.Posix(
      target: .unixDomainSocket(path: socketPath, authority: "localhost"),
      transportSecurity: .plaintext,
      config: .defaults { $0.http2.targetWindowSize = windowBytes })
    return try await withGRPCClient(transport: transport) { grpc in
      try await body(RawClient(grpc: grpc))
    }
  }

  /// Sends messages on one stream.
  func send(_ messages: [[UInt8]]) async throws -> StreamOutcome {
    try await rawClient { await $0.send(messages) }
  }
}
