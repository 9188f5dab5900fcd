internal import GRPCCore
internal import MusterCore
internal import MusterWire

/// Tells each call who makes it, whatever its headers say, and keeps out whom no rule is about.
struct AccessInterceptor: ServerInterceptor {
  let control: AccessControl
  let door: CallDoor

  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next:
      @concurrent @Sendable (StreamingServerRequest<Input>, ServerContext) async throws ->
      StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    guard let connection = control.peers.connection(at: context.remotePeer),
      let memory = door.call(request.metadata)
    else {
      throw RPCError(StoreError(reason: .callCancelled, "The connection is gone."))
    }
    let access = CallAccess(
      peer: connection.peer, method: context.descriptor.fullyQualifiedMethod, control: control,
      memory: memory)
    do throws(StoreError) {
      try access.requireRule()
      try Self.requirePlace(connection)
    } catch {
      throw RPCError(failure: error, cancellation: error)
    }
    var context = context
    context.transportSpecific = access
    return try await memory.answering(request, context, next)
  }

  /// - Throws: `tooManyCalls` for a call of a connection that still waits for a place.
  private static func requirePlace(_ connection: Peers.Connection) throws(StoreError) {
    if connection.seat.isServed() { return }
    let placesMax = connection.seat.placesMax
    throw StoreError(
      reason: .tooManyCalls,
      "The daemon serves up to \(placesMax) connections at the same time, and your user (uid"
        + " \(connection.peer.caller.user)) has its share of them; try again when one of them has"
        + " ended.", Limits.facts("connectionsMax", placesMax))
  }
}
