internal import GRPCCore
internal import MusterCore
internal import MusterWire
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// Stands first in each stream of a connection: lets a call in, and its messages one by one, each
/// once there is memory for it.
///
/// HTTP/2 opens no windows of its own here (its target is 0). The client may send
/// ``MemoryBounds/openWindowBytes`` at any time, and beyond them only what a message lacks that was
/// let in. What is read from the stream is copied at once: a slice of one byte would keep a whole
/// buffer of the socket.
final class MessageGate: ChannelDuplexHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias InboundOut = HTTP2Frame.FramePayload
  typealias OutboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  private let door: CallDoor
  /// Set while the call is let in.
  private var admission: CallDoor.Admission?
  /// Nothing more is let through: the call was answered here, or has broken the rules, or is gone.
  private var isShut = false
  private var intake = MessageIntake(messageBytesMax: MemoryBounds.messageBytesMax)
  /// How much memory a message needs for each of its bytes until it is decoded.
  private var bytesPerByte = MemoryBounds.valuesPerByte
  /// What the message holds that is coming in.
  private var grant: MemoryGrant?
  /// The claim of a message that waits.
  private var claim: MemoryClaim?
  /// A message that waits until one before it is taken.
  private var whole: ByteBuffer?
  /// What of the window is not used yet; less than 0 for a client that had not heard of it.
  private var windowBytes = 0
  private var hasClientEnded = false
  private var hasPassedEnd = false
  private var hasServerEnded = false
  /// Bytes of answers that have not left.
  private var unsentBytes = 0
  /// Changes with every byte that comes or leaves.
  private var progress: UInt64 = 0
  private var stallTimer: Scheduled<Void>?

  init(door: CallDoor) { self.door = door }

  /// Adds it to a new stream, before all that gRPC has put there.
  static func install(in stream: any Channel, door: CallDoor) -> EventLoopFuture<Void> {
    stream.eventLoop.makeCompletedFuture {
      try stream.pipeline.syncOperations.addHandler(MessageGate(door: door), position: .first)
    }
  }

  // MARK: Life

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  private func end() {
    stallTimer?.cancel()
    stallTimer = nil
    if let claim { door.memory.cancel(claim) }
    claim = nil
    grant = nil
    whole = nil
    intake = MessageIntake(messageBytesMax: MemoryBounds.messageBytesMax)
    if let admission { door.leave(admission) }
    admission = nil
    isShut = true
  }

  // MARK: From the client

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .headers(let headers):
      if headers.endStream { hasClientEnded = true }
      if isShut { return }
      if admission == nil {
        begin(headers, context: context)
      } else {
        context.fireChannelRead(data)
      }
    case .data(let part):
      if part.endStream { hasClientEnded = true }
      receive(part, context: context)
    default: context.fireChannelRead(data)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    openWindow(context: context)
    // Always: what is not read here would wait in HTTP/2, frame by frame.
    context.read()
  }

  private func begin(_ sent: HTTP2Frame.FramePayload.Headers, context: ChannelHandlerContext) {
    let encodings = sent.headers[canonicalForm: "grpc-encoding"]
    guard encodings.allSatisfy({ $0 == "identity" }) else {
      return refuse(
        RPCError(
          code: .unimplemented,
          message:
            "The daemon takes no compressed messages: they would save nothing on one machine;"
            + " call without compression."), acceptsEncodings: "identity", context: context)
    }
    do throws(StoreError) {
      guard let connection = context.channel.parent else {
        throw StoreError(.internalError, "The stream has no connection.")
      }
      let admission = try door.enter(from: connection)
      self.admission = admission
      var headers = sent
      if headers.headers.first(name: ":path") == Self.importPath { bytesPerByte = 1 }
      headers.headers.remove(name: CallDoor.header)
      headers.headers.add(name: CallDoor.header, value: admission.name)
      if hasClientEnded { hasPassedEnd = true }
      context.fireChannelRead(wrapInboundOut(.headers(headers)))
    } catch {
      refuse(RPCError(error), context: context)
    }
  }

  /// Its rows have a stage of their own.
  private static let importPath = "/muster.v1.ImportService/ImportMembers"

  private func receive(_ part: HTTP2Frame.FramePayload.Data, context: ChannelHandlerContext) {
    guard let admission, !isShut, case .byteBuffer(let bytes) = part.data else { return }
    progress &+= 1
    let byteCount = bytes.readableBytes + (part.paddingBytes.map { $0 + 1 } ?? 0)
    let unaskedByteCount = min(byteCount, byteCount - windowBytes)
    windowBytes -= byteCount
    guard admission.unasked.add(unaskedByteCount) else {
      isShut = true
      return reset(.flowControlError, context: context)
    }
    intake.append(bytes)
    advance(context: context)
  }

  /// Lets in and hands on what can be.
  private func advance(context: ChannelHandlerContext) {
    guard let admission, claim == nil else { return }
    while !isShut {
      if let message = whole {
        guard takes(message, admission, context: context) else { return }
        whole = nil
        let held = grant ?? door.memory.emptyGrant(.received, for: admission.call.caller)
        grant = nil
        pass(message, .message(held), context: context)
        continue
      }
      switch intake.next() {
      case .needsBytes:
        if hasClientEnded, !hasPassedEnd {
          hasPassedEnd = true
          context.fireChannelRead(
            wrapInboundOut(.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true))))
        }
        return
      case .message(let message): whole = message
      case .needsMemory(let byteCount):
        guard reserve(byteCount, admission, context: context) else { return }
      case .refused(let error):
        hasPassedEnd = true
        pass(Self.emptyMessage, .refused(error), context: context)
        return
      }
    }
  }

  /// What stands for a message that was refused: none, of no bytes.
  private static let emptyMessage = ByteBuffer(repeating: 0, count: 5)

  private func pass(
    _ message: ByteBuffer, _ arrival: CallMemory.Arrival, context: ChannelHandlerContext
  ) {
    admission?.call.arrive(arrival)
    context.fireChannelRead(wrapInboundOut(.data(.init(data: .byteBuffer(message)))))
  }

  private func takes(
    _ message: ByteBuffer, _ admission: CallDoor.Admission, context: ChannelHandlerContext
  ) -> Bool {
    let wake = wakes(context)
    return admission.call.takes(message.readableBytes) {
      wake { gate, context in
        gate.advance(context: context)
      }
    }
  }

  /// - Returns: false if the message must wait.
  private func reserve(
    _ byteCount: Int, _ admission: CallDoor.Admission, context: ChannelHandlerContext
  ) -> Bool {
    let cost = byteCount * bytesPerByte + MemoryBounds.messageOverheadBytes
    // A small message that nothing waits before is part of what every call has: its window. So
    // whoever asks for little is answered while all else is used up.
    if cost <= MemoryBounds.openWindowBytes, admission.call.hasTakenAll {
      admit(door.memory.emptyGrant(.received, for: admission.call.caller), context: context)
      return true
    }
    let wake = wakes(context)
    let outcome = door.memory.claim(cost, .received, for: admission.call.caller) { grant in
      wake { gate, context in
        gate.claim = nil
        gate.admit(grant, context: context)
        gate.advance(context: context)
      }
    }
    switch outcome {
    case .granted(let grant):
      admit(grant, context: context)
      return true
    case .waits(let claim):
      self.claim = claim
      return false
    case .refused:
      intake.refuse()
      hasPassedEnd = true
      pass(
        Self.emptyMessage,
        .refused(
          StoreError(
            reason: .noRoom,
            "A message of \(byteCount) bytes needs more memory than the daemon has for one; send"
              + " less at once.")), context: context)
      return false
    }
  }

  private func admit(_ grant: MemoryGrant, context: ChannelHandlerContext) {
    self.grant = grant
    intake.admit()
  }

  /// Something to be called from any thread that calls back here, unless the stream is gone.
  private func wakes(
    _ context: ChannelHandlerContext
  ) -> @Sendable (@escaping @Sendable (MessageGate, ChannelHandlerContext) -> Void) -> Void {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    return { body in
      eventLoop.execute {
        let (gate, context) = bound.value
        guard !gate.isShut else { return }
        body(gate, context)
        context.fireChannelReadComplete()
        gate.openWindow(context: context)
      }
    }
  }

  /// Opens the window as far as there is memory for what may come.
  private func openWindow(context: ChannelHandlerContext) {
    guard admission != nil, !isShut, !hasClientEnded, !hasServerEnded, claim == nil, whole == nil
    else { return }
    let wanted = MemoryBounds.openWindowBytes + intake.missingBytes
    let increment = wanted - windowBytes
    guard increment >= MemoryBounds.openWindowBytes / 2 else { return }
    windowBytes = wanted
    context.writeAndFlush(
      wrapOutboundOut(.windowUpdate(windowSizeIncrement: increment)), promise: nil)
    watch(context: context)
  }

  // MARK: To the client

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if isShut {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    switch unwrapOutboundIn(data) {
    case .data(let part):
      let byteCount = part.data.readableBytes
      let sent = promise ?? context.eventLoop.makePromise()
      count(byteCount, sent.futureResult, context: context)
      context.write(data, promise: sent)
    case .headers(let headers) where headers.endStream:
      hasServerEnded = true
      context.write(data, promise: promise)
      endQuietly(context: context)
    default: context.write(data, promise: promise)
    }
  }

  /// A stream that its server has ended is closed without an error, whatever its client still
  /// sends: one that sees CANCEL there may forget the status it has got (RFC 9113, section 8.1).
  private func endQuietly(context: ChannelHandlerContext) {
    guard !hasClientEnded else { return }
    context.write(wrapOutboundOut(.rstStream(.noError)), promise: nil)
  }

  private func count(
    _ byteCount: Int, _ sent: EventLoopFuture<Void>, context: ChannelHandlerContext
  ) {
    guard let call = admission?.call else { return }
    unsentBytes += byteCount
    call.wrote(byteCount)
    sent.assumeIsolated().whenComplete { _ in
      self.unsentBytes -= byteCount
      self.progress &+= 1
      call.sent(byteCount)
    }
    watch(context: context)
  }

  /// Answers the call here, and lets nothing more through.
  private func refuse(
    _ error: RPCError, acceptsEncodings: String? = nil, context: ChannelHandlerContext
  ) {
    isShut = true
    var trailers: HPACKHeaders = [
      ":status": "200", "content-type": "application/grpc",
      "grpc-status": "\(error.code.rawValue)",
      "grpc-message": StatusMessage.encoded(error.message),
    ]
    if let acceptsEncodings { trailers.add(name: "grpc-accept-encoding", value: acceptsEncodings) }
    for (name, value) in error.metadata {
      trailers.add(name: name, value: value.encoded())
    }
    context.write(
      wrapOutboundOut(.headers(.init(headers: trailers, endStream: true))), promise: nil)
    endQuietly(context: context)
    context.flush()
  }

  private func reset(_ code: HTTP2ErrorCode, context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(.rstStream(code)), promise: nil)
  }

  // MARK: Stalls

  /// Whether memory is held that only the client can free.
  private var waitsForClient: Bool {
    unsentBytes > 0 || (intake.missingBytes > 0 && !hasClientEnded)
  }

  private func watch(context: ChannelHandlerContext) {
    guard stallTimer == nil, waitsForClient else { return }
    let before = progress
    let late = TimeAmount.seconds(MemoryBounds.stallSecondsMax)
    stallTimer = context.eventLoop.assumeIsolated().scheduleTask(in: late) {
      self.stallTimer = nil
      guard !self.isShut, self.waitsForClient else { return }
      if self.progress == before, self.door.memory.isShort { return self.evict(context: context) }
      self.watch(context: context)
    }
  }

  /// Ends a call whose client neither sends nor reads while others wait for the memory.
  private func evict(context: ChannelHandlerContext) {
    guard unsentBytes == 0 else { return reset(.enhanceYourCalm, context: context) }
    intake.refuse()
    grant = nil
    hasPassedEnd = true
    pass(
      Self.emptyMessage,
      .refused(
        StoreError(
          reason: .tooManyCalls,
          "The message did not come within \(MemoryBounds.stallSecondsMax) s, and other calls wait"
            + " for the memory that is kept for it; send it again.")), context: context)
    context.fireChannelReadComplete()
  }
}
