internal import NIOCore

/// Stands before HTTP/2 in each connection: answers PINGs itself, and closes what floods or never
/// begins.
///
/// NIO's HTTP/2 takes 200 PINGs in 30 s for a flood and cannot be told otherwise, and grpc-go sends
/// one for nearly every message that it gets (Library facts, "gRPC"). All but PINGs passes on
/// untouched: in most reads there is none, and their buffer goes on as it came.
final class ConnectionGuard: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  private let bounds: ConnectionBounds
  private let log: CloseLog
  private var scan = FrameScan()
  private var budget: FrameBudget
  /// Answers to the PINGs of one read, which are written together.
  private var answers = ByteBuffer()
  private var hasUnflushedAnswers = false
  /// Answers written since the channel took writes as they came.
  private var unreadAnswerCount = 0
  private var prefaceDeadline: Scheduled<Void>?
  private var isClosing = false
  /// Opens the connection's window for what has come.
  private var window: ConnectionWindow?

  /// - Parameter window: nil where no HTTP/2 stands behind it, whose windows could be opened.
  init(bounds: ConnectionBounds, window: ConnectionWindow? = nil, log: CloseLog) {
    self.bounds = bounds
    self.window = window
    self.log = log
    budget = FrameBudget(bounds: bounds, now: .now())
  }

  /// Adds it to a new connection, whose other handlers come after it.
  static func install(
    in channel: any Channel, bounds: ConnectionBounds, log: CloseLog
  ) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(
        ConnectionGuard(bounds: bounds, window: ConnectionWindow(), log: log))
    }
  }

  // MARK: Life

  func handlerAdded(context: ChannelHandlerContext) {
    let late = TimeAmount.milliseconds(bounds.prefaceMillisecondsMax)
    prefaceDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: late) {
      self.close("it sent no preface in time", context: context)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { endPrefaceDeadline() }

  func channelInactive(context: ChannelHandlerContext) {
    endPrefaceDeadline()
    context.fireChannelInactive()
  }

  private func endPrefaceDeadline() {
    prefaceDeadline?.cancel()
    prefaceDeadline = nil
  }

  // MARK: From the client

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    let controlFramesBefore = scan.controlFrameCount
    while buffer.readableBytes > 0, !isClosing {
      switch scan.next(buffer.readableBytesUInt8Span) {
      case .pass(let count): pass(&buffer, count, context: context)
      case .keep(let count): buffer.moveReaderIndex(forwardBy: count)
      case .release(let count, let header):
        buffer.moveReaderIndex(forwardBy: count)
        context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: header)))
      case .answer(let count, let payload):
        buffer.moveReaderIndex(forwardBy: count)
        answers.writeBytes(FrameHeader.pingAnswer)
        answers.writeInteger(payload)
      }
    }
    if scan.isOpen { endPrefaceDeadline() }
    let controlFrameCount = scan.controlFrameCount - controlFramesBefore
    if controlFrameCount > 0 { count(controlFrameCount, context: context) }
    if scan.isOpen { window?.open(after: scan.dataByteCount, in: context.pipeline) }
  }

  private func pass(_ buffer: inout ByteBuffer, _ count: Int, context: ChannelHandlerContext) {
    guard count < buffer.readableBytes, let slice = buffer.readSlice(length: count) else {
      context.fireChannelRead(wrapInboundOut(buffer))
      buffer.moveReaderIndex(to: buffer.writerIndex)
      return
    }
    context.fireChannelRead(wrapInboundOut(slice))
  }

  private func count(_ controlFrameCount: Int, context: ChannelHandlerContext) {
    guard budget.spend(controlFrameCount, at: .now()) else {
      return close("it sent too many control frames", context: context)
    }
    guard answers.readableBytes > 0 else { return }
    let answerCount = answers.readableBytes / (FrameHeader.pingAnswer.count + 8)
    unreadAnswerCount = context.channel.isWritable ? 0 : unreadAnswerCount + answerCount
    guard unreadAnswerCount <= bounds.unreadAnswersMax else {
      return close("it reads no answers to its PINGs", context: context)
    }
    // HTTP/2 writes a frame's header and payload in one go, so this falls between frames.
    context.write(wrapOutboundOut(.byteBuffer(answers)), promise: nil)
    answers = ByteBuffer()
    hasUnflushedAnswers = true
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if hasUnflushedAnswers {
      hasUnflushedAnswers = false
      context.flush()
    }
    context.fireChannelReadComplete()
  }

  // MARK: To the client

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    budget.sentBuffer()
    context.write(data, promise: promise)
  }

  /// GOAWAY for all streams, with ENHANCE_YOUR_CALM: 8 bytes and a text that clients show.
  private static let goAwayText = Array("too many control frames".utf8)

  private func close(_ reason: String, context: ChannelHandlerContext) {
    guard !isClosing else { return }
    isClosing = true
    log.log(reason)
    if scan.isOpen {
      var goAway = ByteBuffer()
      goAway.writeBytes([0, 0, UInt8(8 + Self.goAwayText.count), 7, 0, 0, 0, 0, 0])
      goAway.writeBytes([0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0xB])
      goAway.writeBytes(Self.goAwayText)
      context.writeAndFlush(wrapOutboundOut(.byteBuffer(goAway)), promise: nil)
    }
    context.close(promise: nil)
  }
}
