internal import GRPCCore
internal import MusterCore
internal import MusterWire

/// Tells each call who makes it, whatever its headers say, and keeps out whom no rule is about.
struct AccessInterceptor: ServerInterceptor {
  let control: AccessControl

  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next:
      @concurrent @Sendable (StreamingServerRequest<Input>, ServerContext) async throws ->
      StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    guard let peer = control.peers.peer(at: context.remotePeer) else {
      throw RPCError(StoreError(reason: .callCancelled, "The connection is gone."))
    }
    let access = CallAccess(
      peer: peer, method: context.descriptor.fullyQualifiedMethod, control: control)
    do throws(StoreError) {
      try access.requireRule()
    } catch {
      throw RPCError(failure: error, cancellation: error)
    }
    var context = context
    context.transportSpecific = access
    return try await next(request, context)
  }
}
