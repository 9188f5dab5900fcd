import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Glibc
import Logging
import MusterCore
import MusterTestSupport
import NIOCore
import NIOPosix

@testable import MusterServer

/// The daemon's listener with bounds of the test's own, and a service behind it.
struct GuardedListener: Sendable {
  let path: String

  static func with(
    _ bounds: ConnectionBounds,
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    _ body: @escaping @Sendable (GuardedListener) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/s"
      let socket = try ListenSocket(path: path)
      defer { socket.remove() }
      let access = AccessControl(policy: AccessPolicy(owner: geteuid()), logger: logger)
      let door = CallDoor(
        bounds: MemoryBounds(), callsMax: 800, peers: access.peers, owner: geteuid())
      var config = HTTP2ServerTransport.Custom<UnixListenerFactory>.Config.defaults
      config.http2.targetWindowSize = 0
      config.channelDebuggingCallbacks.onAcceptHTTP2Stream = {
        MessageGate.install(in: $0, door: door)
      }
      let transport = HTTP2ServerTransport.Custom(
        listenerFactory: UnixListenerFactory(
          descriptor: socket.descriptor, group: .singleton, access: access,
          connections: OpenCount(), silenceMax: .seconds(30),
          places: SharedPlaces(TransportBounds.shares(of: 100)),
          strangerPlaces: SharedPlaces(TransportBounds.shares(of: 1)),
          waitingPlaces: SharedPlaces(TransportBounds.waitingShares), logger: logger,
          bounds: bounds),
        config: config)
      let server = GRPCServer(
        transport: transport,
        services: [
          HealthService(
            monitor: HealthMonitor(
              stopping: StopFlag(), progress: { WriterProgress() }, logger: logger),
            stopping: StopFlag())
        ],
        interceptors: [AccessInterceptor(control: access, door: door), MetadataLimit()])
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await server.serve() }
        _ = await transport.listeningAddress
        defer { server.beginGracefulShutdown() }
        try await body(GuardedListener(path: path))
      }
    }
  }

  /// Runs a closure with a connection that sends and takes bytes as they are.
  func connect(_ body: (inout RawConnection) async throws -> Void) async throws {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(unixDomainSocketPath: path) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    try await channel.executeThenClose { inbound, outbound in
      var connection = RawConnection(
        received: inbound.makeAsyncIterator(), outbound: outbound)
      try await body(&connection)
    }
  }
}

/// A connection that knows frames, and nothing of what they mean.
struct RawConnection {
  struct Frame {
    var header: FrameHeader
    var payload: [UInt8]

    var isPingAnswer: Bool { header.type == 6 && header.flags == 1 }
    var isGoAway: Bool { header.type == 7 }
    var errorCode: UInt8 { payload[7] }
  }

  var received: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private var unread = ByteBuffer()

  init(
    received: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
    outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  ) {
    self.received = received
    self.outbound = outbound
  }

  func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

  /// The next frame of the daemon; nil once it has closed the connection.
  mutating func frame() async -> Frame? {
    while true {
      if unread.readableBytes >= FrameHeader.byteCount {
        let header = FrameHeader(unread.readableBytesUInt8Span, at: 0)
        let count = FrameHeader.byteCount + header.payloadByteCount
        if let bytes = unread.readBytes(length: count) {
          return Frame(header: header, payload: Array(bytes.dropFirst(FrameHeader.byteCount)))
        }
      }
      // A reset is an end too.
      guard var more = try? await received.next(isolation: #isolation) else { return nil }
      unread.writeBuffer(&more)
    }
  }

  /// Reads until the daemon has closed the connection; gives the frames.
  mutating func framesToEnd() async -> [Frame] {
    var frames: [Frame] = []
    while let frame = await frame() { frames.append(frame) }
    return frames
  }

  /// Sends PINGs together and waits for their answers.
  ///
  /// - Returns: false if they are not answered each, in order.
  mutating func ping(_ numbers: Range<UInt64>) async throws -> Bool {
    try await send(numbers.flatMap { FrameBytes.ping($0) })
    for number in numbers {
      var answer = await frame()
      while let other = answer, !other.isPingAnswer { answer = await frame() }
      guard answer?.payload == FrameBytes.payload(number) else { return false }
    }
    return true
  }
}
