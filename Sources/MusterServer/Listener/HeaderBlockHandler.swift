internal import NIOCore

/// Holds back the frames of a block of headers until the block is whole, and passes on a small one
/// in the place of one that HTTP/2 would end the connection for (``HeaderBlocks``).
///
/// Stands between the guard and HTTP/2. Everything else passes as it comes, in its order.
final class HeaderBlockHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// Bytes of the frames of one block; HTTP/2 ends a connection that sends more. A thousand
  /// connections that each hold one back hold 64 MiB, for as long as they may be silent.
  static let blockBytesMax = 64 * 1024
  /// Frames of one block: at 16 KiB each, which clients send, and some.
  static let blockFramesMax = 8
  /// Frames that NIO's HTTP/2 takes for one.
  private static let passedFramesMax = 6

  /// A block that has begun.
  private struct Open {
    let stream: UInt32
    let endsStream: Bool
    var frameCount = 1
    /// The frames as they came.
    var frames: ByteBuffer
    /// What is in them of the block.
    var block: ByteBuffer
  }

  private var blocks = HeaderBlocks()
  /// Bytes of the preface, or of a frame that is none of headers, which are to come.
  private var passingByteCount = FrameScan.preface.count
  /// The start of a frame that is no use without its rest.
  private var kept = ByteBuffer()
  private var open: Open?
  /// Set once HTTP/2 is to see all there is, since it ends the connection for it.
  private var isTransparent = false
  private var isClosed = false
  private let log: CloseLog

  init(log: CloseLog) { self.log = log }

  /// Adds it to a new connection, behind the guard.
  static func install(in channel: any Channel, log: CloseLog) -> EventLoopFuture<Void> {
    channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(HeaderBlockHandler(log: log))
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isClosed else { return }
    var buffer = unwrapInboundIn(data)
    if kept.readableBytes > 0 {
      kept.writeBuffer(&buffer)
      swap(&kept, &buffer)
      kept = ByteBuffer()
    }
    var place = 0
    while !isTransparent, place < buffer.readableBytes {
      let left = buffer.readableBytes - place
      if passingByteCount > 0 {
        let count = min(passingByteCount, left)
        passingByteCount -= count
        place += count
        continue
      }
      guard left >= FrameHeader.byteCount else { break }
      let header = FrameHeader(buffer.readableBytesUInt8Span, at: place)
      guard header.carriesHeaders || open != nil else {
        passingByteCount = FrameHeader.byteCount + header.payloadByteCount
        continue
      }
      guard mayFollow(header) else {
        giveUp(context)
        break
      }
      let frameByteCount = FrameHeader.byteCount + header.payloadByteCount
      guard left >= frameByteCount else { break }
      pass(&buffer, place, context)
      place = 0
      guard let frame = buffer.readSlice(length: frameByteCount) else { break }
      take(frame, header, context)
    }
    guard !isClosed else { return }
    pass(&buffer, isTransparent ? buffer.readableBytes : place, context)
    // A copy: the buffer of a read may be much larger.
    if buffer.readableBytes > 0 { kept = ByteBuffer(bytes: buffer.readableBytesView) }
  }

  private func pass(
    _ buffer: inout ByteBuffer, _ count: Int, _ context: ChannelHandlerContext
  ) {
    guard count > 0, let slice = buffer.readSlice(length: count) else { return }
    context.fireChannelRead(wrapInboundOut(slice))
  }

  /// Whether a frame may come here, and is no larger than a block may be.
  private func mayFollow(_ header: FrameHeader) -> Bool {
    guard let open else {
      return header.beginsHeaders && header.payloadByteCount <= Self.blockBytesMax
    }
    return !header.beginsHeaders && header.carriesHeaders && header.stream == open.stream
      && open.frameCount < Self.blockFramesMax
      && open.block.readableBytes + header.payloadByteCount <= Self.blockBytesMax
  }

  private func take(
    _ frame: ByteBuffer, _ header: FrameHeader, _ context: ChannelHandlerContext
  ) {
    guard var fragment = header.headerFragment(of: frame) else {
      context.fireChannelRead(wrapInboundOut(frame))
      return giveUp(context)
    }
    var current: Open
    if var open {
      var frame = frame
      open.frameCount += 1
      open.frames.writeBuffer(&frame)
      open.block.writeBuffer(&fragment)
      current = open
    } else {
      current = Open(
        stream: header.stream, endsStream: header.flags & 1 != 0, frames: frame, block: fragment)
    }
    open = current
    guard !header.leavesHeadersOpen else { return }
    let isLong =
      current.block.readableBytes > HeaderBlocks.listBytesMax
      || current.frameCount > Self.passedFramesMax
    switch blocks.read(
      current.block, isLong: isLong, stream: current.stream, endsStream: current.endsStream)
    {
    case .pass:
      open = nil
      context.fireChannelRead(wrapInboundOut(current.frames))
    case .replace(let bytes):
      open = nil
      context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: bytes)))
    case .refuse: giveUp(context)
    }
  }

  /// Lets HTTP/2 see what is held back, and all that follows.
  private func giveUp(_ context: ChannelHandlerContext) {
    isTransparent = true
    // It would not read it right any more.
    guard !blocks.hasReplaced else {
      isClosed = true
      log.log("it broke the rules of HTTP/2: headers that cannot be read")
      return context.close(promise: nil)
    }
    if let open { context.fireChannelRead(wrapInboundOut(open.frames)) }
    open = nil
  }
}

extension FrameHeader {
  /// Whether it is HEADERS.
  fileprivate var beginsHeaders: Bool { type == 1 }
  /// Whether it is HEADERS or CONTINUATION.
  fileprivate var carriesHeaders: Bool { type == 1 || type == 9 }

  /// What a whole frame of headers has of its block: all but padding and priority (RFC 9113,
  /// section 6.2); nil if it is malformed.
  fileprivate func headerFragment(of frame: ByteBuffer) -> ByteBuffer? {
    var payload = frame
    payload.moveReaderIndex(forwardBy: Self.byteCount)
    guard beginsHeaders else { return payload }
    var paddingByteCount = 0
    if flags & 0x8 != 0 {
      guard let count = payload.readInteger(as: UInt8.self) else { return nil }
      paddingByteCount = Int(count)
    }
    if flags & 0x20 != 0 {
      guard payload.readableBytes >= 5 else { return nil }
      payload.moveReaderIndex(forwardBy: 5)
    }
    guard paddingByteCount <= payload.readableBytes else { return nil }
    return payload.readSlice(length: payload.readableBytes - paddingByteCount)
  }
}
