internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import Glibc
public import Logging
public import MusterCore
internal import NIOCore
internal import NIOPosix

/// The daemon's gRPC server on a Unix socket.
public struct MusterServer: Sendable {
  private let server: GRPCServer<HTTP2ServerTransport.Custom<UnixListenerFactory>>

  private let stopping: StopFlag
  private let connections: ConnectionCount

  /// Bytes that a client may send on one stream before the daemon has taken them: what keeps a bulk
  /// import busy (DESIGN section 8: the default of 64 KiB caps it).
  private static let windowBytes = 4 * 1024 * 1024
  private static let frameBytesMax = 1024 * 1024
  /// The transport's own bound on a message; ours is 4 MiB and answers with a clear status.
  private static let messageBytesMax = 16 * 1024 * 1024
  private static let streamsPerConnectionMax = 128

  /// Serves on a socket until `body` returns, then stops taking calls and waits for those that run.
  ///
  /// The socket is made under umask 0077, and its mode is 0600 before anybody can connect.
  ///
  /// - Parameters:
  ///   - socketPath: At most 107 bytes. A dead socket there is replaced, a live one is not.
  ///   - body: Runs while the server serves; call ``beginGracefulShutdown()`` to end it early.
  /// - Throws: A `StoreError` if the socket cannot be had.
  public static func withServer<Result: Sendable>(
    socketPath: String, stores: any StoreProvider, limits: Limits, logger: Logger,
    _ body: @Sendable (MusterServer) async throws -> Result
  ) async throws -> Result {
    let socket = try ListenSocket(path: socketPath)
    defer { socket.remove() }
    let group = MultiThreadedEventLoopGroup.singleton
    let connections = ConnectionCount()
    let transport = HTTP2ServerTransport.Custom(
      listenerFactory: UnixListenerFactory(
        descriptor: socket.descriptor, group: group, daemonUser: geteuid(),
        connections: connections, logger: logger),
      config: transportConfig())
    let stopping = StopFlag()
    let services: [any RegistrableRPCService] = [
      ImportService(stores: stores, limits: limits, stopping: stopping, logger: logger),
      MemberService(stores: stores), WorkspaceService(stores: stores), HealthService(),
    ]
    let server = MusterServer(
      server: GRPCServer(transport: transport, services: services), stopping: stopping,
      connections: connections)
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await server.server.serve() }
      // The address is known once the transport listens; nil means that it never will.
      _ = await transport.listeningAddress
      // An error of the body ends the server in order too: cancelling serve() would leave streams
      // that clients are just opening without an owner.
      let result: Swift.Result<Result, any Error>
      do {
        result = .success(try await body(server))
      } catch {
        result = .failure(error)
      }
      server.beginGracefulShutdown()
      try await tasks.waitForAll()
      return try result.get()
    }
  }

  /// How long no connection has been open; nil while one is.
  public var idleTime: Duration? { connections.idleTime }

  /// Takes no new calls; those that run may end.
  public func beginGracefulShutdown() {
    stopping.set()
    server.beginGracefulShutdown()
  }

  private static func transportConfig()
    -> HTTP2ServerTransport.Custom<UnixListenerFactory>.Config
  {
    var config = HTTP2ServerTransport.Custom<UnixListenerFactory>.Config.defaults
    config.http2.targetWindowSize = windowBytes
    config.http2.maxFrameSize = frameBytesMax
    config.http2.maxConcurrentStreams = streamsPerConnectionMax
    config.rpc.maxRequestPayloadSize = messageBytesMax
    config.connection.keepalive.clientBehavior.allowWithoutCalls = true
    config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(1)
    return config
  }
}
