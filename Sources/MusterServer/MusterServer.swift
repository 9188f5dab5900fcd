internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import Glibc
public import Logging
public import MusterCore
internal import NIOCore
internal import NIOPosix

/// The daemon's gRPC server on a Unix socket.
public struct MusterServer: Sendable {
  private typealias Transport = HTTP2ServerTransport.Custom<UnixListenerFactory>

  private let server: GRPCServer<TimeoutTransport<Transport>>

  /// Where it listens: the path that it was given, or that of the socket that was handed to it.
  public let socketPath: String
  private let stopping: StopFlag
  private let connections: OpenCount
  private let calls: OpenCount
  private let access: AccessControl
  private let health: HealthMonitor

  /// Serves on a socket until `body` returns, then stops taking calls and waits for those that run.
  ///
  /// The socket is made under umask 0077, and its mode is right before anybody can connect.
  ///
  /// - Parameters:
  ///   - socketPath: At most 107 bytes. A dead socket there is replaced, a live one is not.
  ///   - handedSocket: A descriptor that listens already, made by a service manager. Nothing is
  ///     made at `socketPath` then, and the socket's own path stays when the server ends.
  ///   - stores: Opens the workspaces that calls name.
  ///   - limits: The limits of every import.
  ///   - permissions: Of a socket that the server makes; one that was handed over stays as it is.
  ///   - policy: Who may do what; nil for the daemon's own user and root, nobody else.
  ///   - bounds: The defaults are what the documents say; others are for tests.
  ///   - logger: Where the server logs; no value of a member is ever logged.
  ///   - body: Runs while the server serves; call ``beginGracefulShutdown()`` to end it early.
  /// - Throws: A `StoreError` if the socket cannot be had.
  public static func withServer<Result: Sendable>(
    socketPath: String, handedSocket: Int32? = nil, stores: any StoreProvider, limits: Limits,
    permissions: SocketPermissions = SocketPermissions(), policy: AccessPolicy? = nil,
    bounds: TransportBounds = TransportBounds(), logger: Logger,
    _ body: @Sendable (MusterServer) async throws -> Result
  ) async throws -> Result {
    let socket =
      if let handedSocket {
        try ListenSocket(handedOver: handedSocket)
      } else {
        try ListenSocket(path: socketPath, permissions: permissions)
      }
    defer { socket.remove() }
    let group = MultiThreadedEventLoopGroup.singleton
    let connections = OpenCount()
    let calls = OpenCount()
    let access = AccessControl(policy: policy ?? AccessPolicy(owner: geteuid()), logger: logger)
    let door = CallDoor(
      bounds: bounds.memory, callsMax: bounds.callsMax, peers: access.peers, owner: geteuid())
    let transport = Transport(
      listenerFactory: UnixListenerFactory(
        descriptor: socket.descriptor, group: group, access: access,
        connections: connections, silenceMax: bounds.silenceMax,
        places: SharedPlaces(bounds.connectionShares),
        strangerPlaces: SharedPlaces(bounds.strangerShares),
        waitingPlaces: SharedPlaces(TransportBounds.waitingShares), logger: logger),
      config: transportConfig(bounds, door))
    let stopping = StopFlag()
    let health = HealthMonitor(
      stopping: stopping, progress: { stores.writerProgress }, logger: logger)
    let services: [any RegistrableRPCService] = [
      ImportService(
        stores: stores, limits: limits, stopping: stopping,
        undoPlaces: SharedPlaces(TransportBounds.shares(of: bounds.undosMax)), logger: logger),
      MemberService(
        stores: stores, limits: limits,
        exports: SharedPlaces(TransportBounds.shares(of: bounds.exportsMax)), stopping: stopping),
      WorkspaceService(stores: stores),
      MaintenanceService(
        stores: stores, places: SharedPlaces(TransportBounds.shares(of: bounds.maintenanceMax)),
        stopping: stopping),
      HealthService(monitor: health, stopping: stopping),
      ReflectionService(stopping: stopping),
    ]
    let server = MusterServer(
      server: GRPCServer(
        transport: TimeoutTransport(base: transport, calls: calls), services: services,
        interceptors: [
          AccessInterceptor(control: access, door: door), FailureLog(logger: logger),
          MetadataLimit(),
        ]),
      socketPath: socket.path, stopping: stopping, connections: connections, calls: calls,
      access: access, health: health)
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await server.server.serve() }
      let watching = Task { await health.run() }
      defer { watching.cancel() }
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

  /// How long no call has run; nil while one does.
  public var callIdleTime: Duration? { calls.idleTime }

  /// Puts another policy in force.
  ///
  /// It decides every call that has not been decided yet, also on connections that are open; calls
  /// that were allowed go on to their end.
  public func replacePolicy(with policy: AccessPolicy) { access.replacePolicy(with: policy) }

  /// Takes no new calls; those that run may end.
  public func beginGracefulShutdown() {
    stopping.set()
    // While their streams are still open.
    health.stop()
    server.beginGracefulShutdown()
  }

  private static func transportConfig(
    _ bounds: TransportBounds, _ door: CallDoor
  ) -> Transport.Config {
    var config = Transport.Config.defaults
    // Every window is opened by the gate of its stream.
    config.http2.targetWindowSize = 0
    config.channelDebuggingCallbacks.onAcceptHTTP2Stream = {
      MessageGate.install(in: $0, door: door)
    }
    config.http2.maxFrameSize = TransportBounds.frameBytesMax
    config.http2.maxConcurrentStreams = TransportBounds.streamsPerConnectionMax
    config.rpc.maxRequestPayloadSize = TransportBounds.messageBytesMax
    config.connection.keepalive.time = bounds.keepaliveInterval
    config.connection.keepalive.timeout = bounds.keepaliveTimeout
    config.connection.keepalive.clientBehavior.allowWithoutCalls = true
    config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(1)
    return config
  }
}
