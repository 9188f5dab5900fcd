internal import GRPCCore
internal import MusterCore
internal import MusterWire

/// Refuses the calls whose metadata was too large, and was replaced (``HeaderBlocks``).
struct MetadataLimit: ServerInterceptor {
  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next:
      @concurrent @Sendable (StreamingServerRequest<Input>, ServerContext) async throws ->
      StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    var sizes = request.metadata[stringValues: HeaderBlocks.sizeHeader].makeIterator()
    guard let size = sizes.next().flatMap({ Int($0) }) else {
      return try await next(request, context)
    }
    let bytesMax = HeaderBlocks.listBytesMax
    throw RPCError(
      StoreError(
        reason: .limitExceeded,
        "The metadata of the call has \(size) bytes, over the limit of \(bytesMax); send less of"
          + " it.", Limits.facts("metadataBytesMax", bytesMax)))
  }
}
