internal import GRPCCore
internal import MusterCore
internal import MusterWire

extension RPCRouter {
  /// Registers a call with one request and one answer.
  ///
  /// As with every call here, `body` runs only if the policy lets the caller do what is asked for.
  mutating func registerUnary<Request: WorkspaceRequest, Response: WireMessage>(
    _ method: MethodDescriptor, _ body: @escaping @Sendable (Request) async throws -> Response
  ) {
    registerUnary(method) { (request: Request, _: CallAccess) in try await body(request) }
  }

  /// Registers a call with one request and one answer, which depends on who calls.
  mutating func registerUnary<Request: WorkspaceRequest, Response: WireMessage>(
    _ method: MethodDescriptor,
    _ body: @escaping @Sendable (Request, CallAccess) async throws -> Response
  ) {
    registerHandler(
      forMethod: method, deserializer: WireDeserializer<Request>(),
      serializer: WireSerializer<Response>()
    ) { request, context in
      let deadline = CallDeadline(request.metadata)
      let single = try await ServerRequest(stream: request)
      guard !deadline.hasPassed else { throw RPCError(deadline.cancellation) }
      do {
        let access = try CallAccess(context)
        try access.require(on: single.message.workspaceNames)
        return StreamingServerResponse(
          single: ServerResponse(message: try await body(single.message, access)))
      } catch {
        throw RPCError(failure: error, cancellation: deadline.cancellation)
      }
    }
  }

  /// Registers a call with one request and a stream of answers.
  ///
  /// The task of `body` is cancelled when its client is gone or its deadline has passed: a write
  /// that waits for such a client would wait for ever.
  ///
  /// - Parameter endsAtStop: Whether a daemon that stops ends the call, with UNAVAILABLE; else it
  ///   lets it go on.
  mutating func registerServerStream<Request: WorkspaceRequest, Response: WireMessage>(
    _ method: MethodDescriptor, stopping: StopFlag, endsAtStop: Bool = false,
    _ body: @escaping @Sendable (Request, RPCWriter<Response>) async throws -> Void
  ) {
    registerServerStream(method, stopping: stopping, endsAtStop: endsAtStop) {
      (request: Request, _: CallAccess, writer: RPCWriter<Response>) in
      try await body(request, writer)
    }
  }

  /// Registers a call with one request and a stream of answers, which depends on who calls.
  mutating func registerServerStream<Request: WorkspaceRequest, Response: WireMessage>(
    _ method: MethodDescriptor, stopping: StopFlag, endsAtStop: Bool = false,
    _ body: @escaping @Sendable (Request, CallAccess, RPCWriter<Response>) async throws -> Void
  ) {
    registerHandler(
      forMethod: method, deserializer: WireDeserializer<Request>(),
      serializer: WireSerializer<Response>()
    ) { request, context in
      let deadline = CallDeadline(request.metadata)
      let single = try await ServerRequest(stream: request)
      return StreamingServerResponse { writer in
        try await answering(deadline, stopping, endsAtStop: endsAtStop) {
          let access = try CallAccess(context)
          try access.require(on: single.message.workspaceNames)
          try await body(single.message, access, writer)
        }
      }
    }
  }

  /// Registers a call with a stream of requests, which are about no workspace, and a stream of
  /// answers; a daemon that stops ends it.
  mutating func registerConversation<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor, stopping: StopFlag,
    _ body:
      @escaping @Sendable (
        RPCAsyncSequence<Request, any Error>, RPCWriter<Response>
      ) async throws -> Void
  ) {
    registerHandler(
      forMethod: method, deserializer: WireDeserializer<Request>(),
      serializer: WireSerializer<Response>()
    ) { request, context in
      let deadline = CallDeadline(request.metadata)
      return StreamingServerResponse { writer in
        try await answering(deadline, stopping, endsAtStop: true) {
          try CallAccess(context).require(on: [])
          try await body(request.messages, writer)
        }
      }
    }
  }
}

/// Runs what answers a call in a task that is cancelled when the client is gone or its deadline has
/// passed, and turns what it throws into a status.
private func answering(
  _ deadline: CallDeadline, _ stopping: StopFlag, endsAtStop: Bool,
  _ body: @escaping @Sendable () async throws -> Void
) async throws -> Metadata {
  let work = Task { try await body() }
  let result = await withRPCCancellationHandler {
    await work.result
  } onCancelRPC: {
    if endsAtStop || !stopping.isSet { work.cancel() }
  }
  do {
    try result.get()
    return [:]
  } catch {
    throw RPCError(
      failure: error,
      cancellation: endsAtStop && stopping.isSet ? .stopping : deadline.cancellation)
  }
}

extension StoreError {
  /// What a call is told that a daemon which stops has ended.
  fileprivate static let stopping = StoreError(
    reason: .daemonStopping, "The daemon is stopping; call again once it is back.")
}
