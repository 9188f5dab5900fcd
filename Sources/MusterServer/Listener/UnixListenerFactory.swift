internal import GRPCNIOTransportHTTP2Posix
internal import Glibc
internal import Logging
internal import NIOCore
internal import NIOPosix

/// Accepts connections on a socket that is listening already, and lets in only those whom the
/// kernel names as the daemon's own user or root.
struct UnixListenerFactory: HTTP2ServerTransport.ListenerFactory {
  let descriptor: Int32
  let group: MultiThreadedEventLoopGroup
  let daemonUser: UInt32
  let connections: OpenCount
  let silenceMax: Duration
  let places: PlaceCount
  let logger: Logger
  var bounds = ConnectionBounds()

  var eventLoopGroup: any EventLoopGroup { group }

  func makeListeningChannel(
    listenerConfigurator: HTTP2ServerTransport.ListenerConfigurator,
    connectionConfigurator: HTTP2ServerTransport.ConnectionConfigurator
  ) async throws -> NIOAsyncChannel<
    HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel, Never
  > {
    let channel = try await ServerBootstrap(group: group)
      .serverChannelInitializer { listenerConfigurator.configure(channel: $0) }
      .bind(descriptor) { channel in
        connections.add(channel)
        return admit(channel)
          .flatMap { SilentPeerHandler.add(to: channel, silenceMax: silenceMax, logger: logger) }
          .flatMap { ConnectionGuard.install(in: channel, bounds: bounds, logger: logger) }
          .flatMap { connectionConfigurator.configure(channel: channel, tls: .none) }
      }
    // NIO listens again with a backlog of its own; ours is larger.
    listen(descriptor, 1024)
    return channel
  }

  /// Succeeds for a peer that may connect, and closes the connection of any other.
  private func admit(_ channel: any Channel) -> EventLoopFuture<Void> {
    guard let options = channel as? any SocketOptionProvider else {
      return channel.close().flatMapThrowing { throw PeerRefused() }
    }
    let credentials: EventLoopFuture<PeerCredentials> = options.unsafeGetSocketOption(
      level: .socket, name: PeerCredentials.socketOption)
    return credentials.flatMap { peer in
      guard peer.mayConnect(toDaemonOf: daemonUser) else {
        logger.warning("refused a connection", metadata: ["peer_uid": "\(peer.uid)"])
        return refuse(channel)
      }
      guard places.take() else {
        logger.warning(
          "refused a connection: there are too many",
          metadata: ["peer_pid": "\(peer.pid)", "connections_max": "\(places.placesMax)"])
        return refuse(channel)
      }
      channel.closeFuture.whenComplete { _ in places.giveBack() }
      return channel.eventLoop.makeSucceededVoidFuture()
    }
  }

  /// Closes a connection; a failed future alone would leave the client hanging.
  private func refuse(_ channel: any Channel) -> EventLoopFuture<Void> {
    channel.close().flatMapThrowing { throw PeerRefused() }
  }
}

/// A peer that the daemon does not serve, or not now.
struct PeerRefused: Error {}
