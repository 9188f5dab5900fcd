internal import GRPCCore

/// A transport that hands calls on with a timeout that grpc-swift understands, or with none, and
/// counts them.
///
/// grpc-swift-2 2.4.3 traps on `grpc-timeout: -1S`, and takes a timeout of eight digits for none:
/// those that most clients send for 10 s and more. Its own timer does the rest.
struct TimeoutTransport<Base: ServerTransport>: ServerTransport {
  let base: Base
  /// The calls that run.
  let calls: OpenCount

  func configure(context: GRPCServerContext) { base.configure(context: context) }

  func beginGracefulShutdown() { base.beginGracefulShutdown() }

  func listen(
    streamHandler:
      @escaping @concurrent @Sendable (
        _ stream: RPCStream<RPCAsyncSequence<RPCRequestPart<Base.Bytes>, any Error>, Base.Outbound>,
        _ context: ServerContext
      ) async -> Void
  ) async throws {
    try await base.listen { stream, context in
      let call = RunningCall(among: calls)
      defer { call.end() }
      let inbound = stream.inbound.map { part in
        switch part {
        case .metadata(let metadata): RPCRequestPart<Base.Bytes>.metadata(Self.checked(metadata))
        case .message: part
        }
      }
      let checked = RPCStream(
        descriptor: stream.descriptor, inbound: RPCAsyncSequence(wrapping: inbound),
        outbound: stream.outbound)
      await RunningCall.$current.withValue(call) { await streamHandler(checked, context) }
    }
  }

  /// Metadata whose timeout is one that grpc-swift reads right. One that is not of the form counts
  /// as none, as the protocol has it for a header that is missing.
  private static func checked(_ metadata: Metadata) -> Metadata {
    var values = metadata[stringValues: CallTimeout.header].makeIterator()
    guard let sent = values.next() else { return metadata }
    var metadata = metadata
    metadata.removeAllValues(forKey: CallTimeout.header)
    if let text = CallTimeout(sent)?.shortText {
      metadata.addString(text, forKey: CallTimeout.header)
    }
    return metadata
  }
}
