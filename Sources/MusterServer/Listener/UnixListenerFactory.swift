internal import GRPCNIOTransportHTTP2Posix
internal import Glibc
internal import Logging
internal import MusterCore
internal import NIOCore
internal import NIOPosix

/// Accepts connections on a socket that is listening already, and learns from the kernel who is at
/// the other end of each.
///
/// Whom no rule of the policy is about is let in too, to be told so at each call; but only a few of
/// them at a time, so that they take no room of others. Whose share of the connections is used up
/// waits in a few places besides, where each call is answered with the reason.
struct UnixListenerFactory: HTTP2ServerTransport.ListenerFactory {
  let descriptor: Int32
  let group: MultiThreadedEventLoopGroup
  let access: AccessControl
  let connections: OpenCount
  let silenceMax: Duration
  let places: SharedPlaces
  let strangerPlaces: SharedPlaces
  let waitingPlaces: SharedPlaces
  let logger: Logger
  var bounds = ConnectionBounds()

  var eventLoopGroup: any EventLoopGroup { group }

  func makeListeningChannel(
    listenerConfigurator: HTTP2ServerTransport.ListenerConfigurator,
    connectionConfigurator: HTTP2ServerTransport.ConnectionConfigurator
  ) async throws -> NIOAsyncChannel<
    HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel, Never
  > {
    let closed = ClosedConnections(logger: logger)
    let channel = try await ServerBootstrap(group: group)
      .serverChannelInitializer { listenerConfigurator.configure(channel: $0) }
      .bind(descriptor) { channel in
        connections.add(channel)
        return admit(channel, closed).flatMap { (named, log) in
          SilentPeerHandler.add(to: channel, silenceMax: silenceMax, log: log)
            .flatMap { ConnectionGuard.install(in: channel, bounds: bounds, log: log) }
            .flatMap { HeaderBlockHandler.install(in: channel, log: log) }
            .flatMap { connectionConfigurator.configure(channel: named, tls: .none) }
            .flatMapThrowing { try ProtocolErrorHandler.install(in: channel, log: log, $0) }
        }
      }
    // NIO listens again with a backlog of its own; ours is larger.
    listen(descriptor, 1024)
    return channel
  }

  /// Succeeds with a connection that names its peer, or closes one that there is no room for.
  private func admit(
    _ channel: any Channel, _ closed: ClosedConnections
  ) -> EventLoopFuture<(PeerChannel, CloseLog)> {
    do {
      guard let peer = try Self.peer(of: channel) else {
        logger.warning("refused a connection: the kernel does not say whose it is")
        return refuse(channel)
      }
      let isKnown = access.policy.knows(peer.caller)
      guard
        let seat = ConnectionSeat(
          isKnown ? [places] : [strangerPlaces, places], waiting: waitingPlaces,
          for: peer.caller.user, canWait: isKnown)
      else {
        access.logRefusal(
          peer, "a connection: its user has too many",
          ["connections_max": "\(isKnown ? places.placesMax : strangerPlaces.placesMax)"])
        return refuse(channel)
      }
      channel.closeFuture.whenComplete { _ in seat.leave() }
      return channel.eventLoop.makeSucceededFuture(
        (
          try access.peers.add(peer, in: seat, on: channel),
          CloseLog(connections: closed, peer: peer)
        ))
    } catch {
      return refuse(channel)
    }
  }

  private static func peer(of channel: any Channel) throws -> Peer? {
    try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { Peer(descriptor: $0) } ?? nil
  }

  /// Closes a connection; a failed future alone would leave the client hanging.
  private func refuse(_ channel: any Channel) -> EventLoopFuture<(PeerChannel, CloseLog)> {
    channel.close().flatMapThrowing { throw PeerRefused() }
  }
}

/// A connection that the daemon has no room for, or that nobody is known to be at the end of.
struct PeerRefused: Error {}
