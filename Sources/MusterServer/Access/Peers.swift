internal import NIOCore
internal import Synchronization

/// The peers of all open connections, each under an address of the daemon's own making.
///
/// A call finds its peer by the address of its connection, which is no part of anything that a
/// client sends. Numbers are never given again.
final class Peers: Sendable {
  /// An open connection.
  struct Connection {
    let peer: Peer
    let seat: ConnectionSeat
    let unasked = UnaskedBytes()
  }

  private struct State {
    var connectionCount: UInt64 = 0
    var byAddress: [String: Connection] = [:]
    var byChannel: [ObjectIdentifier: Connection] = [:]
  }

  private let state = Mutex(State())

  /// Remembers who is at the other end of a connection until it is closed, and has its seat left
  /// then.
  ///
  /// - Returns: The same connection, whose remote address now names the peer.
  func add(
    _ peer: Peer, in seat: ConnectionSeat, on channel: any Channel
  ) throws -> PeerChannel {
    let path = state.withLock { state in
      state.connectionCount += 1
      return "peer-\(state.connectionCount)"
    }
    let named = PeerChannel(channel, remoteAddress: try SocketAddress(unixDomainSocketPath: path))
    let address = Self.address(path)
    let channelID = ObjectIdentifier(channel)
    let connection = Connection(peer: peer, seat: seat)
    state.withLock { state in
      state.byAddress[address] = connection
      state.byChannel[channelID] = connection
    }
    channel.closeFuture.whenComplete { _ in
      self.state.withLock { state in
        state.byAddress[address] = nil
        state.byChannel[channelID] = nil
      }
    }
    return named
  }

  /// A call's connection; nil if it is gone, or not one of ours.
  func connection(at remotePeer: String) -> Connection? {
    state.withLock { $0.byAddress[remotePeer] }
  }

  /// An open connection of which somebody is at the other end, by its channel.
  func connection(of channel: any Channel) -> Connection? {
    state.withLock { $0.byChannel[ObjectIdentifier(channel)] }
  }

  /// How many connections have a peer.
  var count: Int { state.withLock { $0.byAddress.count } }

  /// As gRPC spells the address of a Unix socket.
  private static func address(_ path: String) -> String { "unix:\(path)" }
}
