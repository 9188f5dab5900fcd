internal import NIOCore
internal import NIOHTTP2

/// Logs why HTTP/2 ends a connection: behind NIO's handler, whose errors pass here on their way to
/// gRPC, which closes the connection without a word.
final class ProtocolErrorHandler: ChannelInboundHandler {
  typealias InboundIn = NIOAny

  private let log: CloseLog
  private var hasLogged = false

  init(log: CloseLog) { self.log = log }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if !hasLogged, let reason = Self.reason(error) {
      hasLogged = true
      log.log(reason)
    }
    context.fireErrorCaught(error)
  }

  /// What a client did that ends its connection; nil for an error that is none of its doing, or
  /// that ends only a call.
  private static func reason(_ error: any Error) -> String? {
    switch error {
    // A call that comes while the daemon ends the connection.
    case is NIOHTTP2Errors.NoSuchStream, is NIOHTTP2Errors.StreamError: nil
    case is NIOHTTP2Errors.ExcessivelyLargeHeaderBlock:
      "it sent metadata over the limit of 16 KiB"
    case is NIOHTTP2Errors.BadClientMagic: "it does not speak HTTP/2"
    // The name of the error's type: its text could have bytes of the client's in it.
    case let error as any NIOHTTP2Error: "it broke the rules of HTTP/2: \(type(of: error))"
    default: nil
    }
  }

  /// Adds it behind NIO's handler of a connection that is configured.
  ///
  /// - Returns: What it is given.
  static func install<Result>(
    in channel: any Channel, log: CloseLog, _ result: Result
  ) throws -> Result {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(
      ProtocolErrorHandler(log: log),
      position: .after(try pipeline.handler(type: NIOHTTP2Handler.self)))
    return result
  }
}
