internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import MusterWire

/// A connection to a daemon, for the length of a ``withMusterClient(socketPath:_:)``.
///
/// Calls may run at the same time. None is ever tried again by itself.
public struct MusterClient: Sendable {
  let grpc: GRPCClient<HTTP2ClientTransport.Posix>
  let patience: Patience

  /// The options of a call with a timeout; nil for a stream, which may take as long as it takes.
  func options(timeout: Duration?) -> CallOptions {
    var options = CallOptions.defaults
    options.timeout = timeout
    options.waitForReady = false
    options.maxResponseMessageBytes = ClientBounds.responseBytesMax
    return options
  }

  /// A call with one request and one answer.
  func call<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor, _ request: Request, as response: Response.Type = Response.self,
    timeout: Duration = ClientBounds.callTimeout
  ) async throws -> Response {
    try await whileFull {
      try await translatingErrors {
        try await Abandonment.run(
          timeLimit: timeout + ClientBounds.abandonTimeout,
          partingTime: ClientBounds.abandonTimeout
        ) {
          try await grpc.unary(
            request: ClientRequest(message: request), descriptor: method,
            serializer: WireSerializer<Request>(), deserializer: WireDeserializer<Response>(),
            options: options(timeout: timeout)
          ) { try $0.message }
        }
      }
    }
  }
}

/// Connects to a daemon, runs a closure with the connection, and closes it again.
///
/// - Parameters:
///   - socketPath: The Unix socket that the daemon listens on.
///   - body: What to do with the connection, which lives no longer than this closure.
/// - Throws: ``MusterClientError``, at once, with `unavailable` if nobody listens there and
///   `permissionDenied` if this user may not connect; `unavailable` after 30 seconds if the socket
///   accepts connections and nobody answers on them; else what `body` throws.
public func withMusterClient<Result: Sendable>(
  socketPath: String, _ body: (MusterClient) async throws -> Result
) async throws -> Result {
  try await withMusterClient(socketPath: socketPath, patience: Patience(), body)
}

/// The same for a caller that has a patience of its own.
package func withMusterClient<Result: Sendable>(
  socketPath: String, patience: Patience, _ body: (MusterClient) async throws -> Result
) async throws -> Result {
  try await SocketProbe.awaitAnswer(socketPath, patience)
  let transport = try HTTP2ClientTransport.Posix(
    target: .unixDomainSocket(path: socketPath, authority: "localhost"),
    transportSecurity: .plaintext,
    config: .defaults { config in
      config.http2.targetWindowSize = ClientBounds.windowBytes
      config.http2.maxFrameSize = ClientBounds.frameBytesMax
      config.connection.keepalive = .init(
        time: ClientBounds.silenceTimeout, timeout: ClientBounds.pingTimeout,
        allowWithoutCalls: false)
    })
  let grpc = GRPCClient(transport: transport)
  let connections = Task { try await grpc.runConnections() }
  return try await translatingErrors {
    let result: Swift.Result<Result, any Error>
    do {
      result = .success(try await body(MusterClient(grpc: grpc, patience: patience)))
    } catch {
      result = .failure(error)
    }
    // An error ends the connection in order too: calls that run beside it see it end.
    grpc.beginGracefulShutdown()
    await end(connections)
    return try result.get()
  }
}

/// Waits until a client's connections have ended, but not for one that never does.
private func end(_ connections: Task<Void, any Error>) async {
  let isOver = try? await Abandonment.run(
    timeLimit: ClientBounds.abandonTimeout, partingTime: .zero
  ) {
    _ = await connections.result
    return true
  }
  if isOver != true { connections.cancel() }
}
