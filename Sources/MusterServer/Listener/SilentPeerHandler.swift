internal import Logging
internal import NIOCore

/// Closes a connection from which nothing has come for too long.
///
/// gRPC's own keepalive only begins a graceful shutdown when its PING is not answered, and that
/// never ends with a peer that is stopped (RELIABILITY). Placed behind an `IdleStateHandler`.
final class SilentPeerHandler: ChannelInboundHandler {
  typealias InboundIn = NIOAny

  private let logger: Logger

  init(logger: Logger) { self.logger = logger }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? IdleStateHandler.IdleStateEvent, event == .read {
      logger.info("closed a connection that was silent")
      context.close(mode: .all, promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  /// Puts the two handlers at the end of a connection's pipeline, which must be empty yet: what
  /// they time is the arrival of bytes.
  static func add(
    to channel: any Channel, silenceMax: Duration, logger: Logger
  ) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      let idle = IdleStateHandler(readTimeout: TimeAmount(silenceMax))
      try channel.pipeline.syncOperations.addHandlers([idle, SilentPeerHandler(logger: logger)])
    }
  }
}
