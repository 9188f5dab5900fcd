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
      let work = Task {
        let access = try CallAccess(context)
        try access.require(on: single.message.workspaceNames)
        return try await body(single.message, access)
      }
      // What takes long looks whether its task is cancelled; the rest ends all the same.
      let result = await withRPCCancellationHandler {
        await work.result
      } onCancelRPC: {
        work.cancel()
      }
      do {
        return StreamingServerResponse(single: ServerResponse(message: try result.get()))
      } catch {
        // Whose client is gone hears nothing; the others are those that the daemon's stop ends.
        throw RPCError(
          failure: work.isCancelled ? ended(error) : error,
          cancellation: deadline.hasPassed ? deadline.cancellation : .stopping)
      }
    }
  }

  /// Registers a call with one request and a stream of answers.
  ///
  /// The task of `body` is cancelled when its client is gone or its deadline has passed: a write
  /// that waits for such a client would wait for ever.
  ///
  /// - Parameter atStop: What a daemon that stops does with the call.
  mutating func registerServerStream<Request: WorkspaceRequest, Response: WireMessage>(
    _ method: MethodDescriptor, stopping: StopFlag, atStop: CallAtStop = .goOn,
    _ body: @escaping @Sendable (Request, RPCWriter<Response>) async throws -> Void
  ) {
    registerServerStream(method, stopping: stopping, atStop: atStop) {
      (request: Request, _: CallAccess, writer: RPCWriter<Response>) in
      try await body(request, writer)
    }
  }

  /// Registers a call with one request and a stream of answers, which depends on who calls.
  mutating func registerServerStream<Request: WorkspaceRequest, Response: WireMessage>(
    _ method: MethodDescriptor, stopping: StopFlag, atStop: CallAtStop = .goOn,
    _ body: @escaping @Sendable (Request, CallAccess, RPCWriter<Response>) async throws -> Void
  ) {
    registerHandler(
      forMethod: method, deserializer: WireDeserializer<Request>(),
      serializer: WireSerializer<Response>()
    ) { request, context in
      let deadline = CallDeadline(request.metadata)
      let single = try await ServerRequest(stream: request)
      return StreamingServerResponse { writer in
        let counted = CountedWriter(writer)
        return try await answering(deadline, stopping, atStop, counted.count) {
          let access = try CallAccess(context)
          try access.require(on: single.message.workspaceNames)
          try await body(single.message, access, RPCWriter(wrapping: counted))
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
        try await answering(deadline, stopping, .end, MessageCount()) {
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
  _ deadline: CallDeadline, _ stopping: StopFlag, _ atStop: CallAtStop, _ sent: MessageCount,
  _ body: @escaping @Sendable () async throws -> Void
) async throws -> Metadata {
  defer { RunningCall.current?.end() }
  let work = Task { try await body() }
  let result = await withRPCCancellationHandler {
    await work.result
  } onCancelRPC: {
    guard stopping.isSet else { return work.cancel() }
    switch atStop {
    case .goOn: break
    case .end: work.cancel()
    case .endUnread: Task { await sent.cancelOnceStill(work) }
    }
  }
  do {
    try result.get()
    return [:]
  } catch {
    let isStopped = atStop != .goOn && stopping.isSet
    throw RPCError(
      failure: work.isCancelled ? ended(error) : error,
      cancellation: isStopped ? .stopping : deadline.cancellation)
  }
}

/// What ended a task that was cancelled: work that looked at that says so in its own words.
private func ended(_ error: any Error) -> any Error {
  (error as? StoreError)?.code == .cancelled ? CancellationError() : error
}

extension StoreError {
  /// What a call is told that a daemon which stops has ended.
  fileprivate static let stopping = StoreError(
    reason: .daemonStopping, "The daemon is stopping; call again once it is back.")
}
