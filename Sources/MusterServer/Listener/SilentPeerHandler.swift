internal import NIOCore

/// Closes a connection from which nothing has come for too long.
///
/// gRPC's own keepalive only begins a graceful shutdown when its PING is not answered, and that
/// never ends with a peer that is stopped (Library facts, "gRPC"). Placed behind an
/// `IdleStateHandler`.
final class SilentPeerHandler: ChannelInboundHandler {
  typealias InboundIn = NIOAny

  private let log: CloseLog

  init(log: CloseLog) { self.log = log }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? IdleStateHandler.IdleStateEvent, event == .read {
      log.log("it was silent for too long, and answered no PING")
      context.close(mode: .all, promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  /// Puts the two handlers at the end of a connection's pipeline, which must be empty yet: what
  /// they time is the arrival of bytes.
  static func add(
    to channel: any Channel, silenceMax: Duration, log: CloseLog
  ) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      let idle = IdleStateHandler(readTimeout: TimeAmount(silenceMax))
      try channel.pipeline.syncOperations.addHandlers([idle, SilentPeerHandler(log: log)])
    }
  }
}
