import GRPCCore
import MusterCore
import MusterTestDaemon
import MusterWire
import NIOCore
import Testing

@testable import MusterServer

/// Metadata over the limit is refused at its call, and the connection goes on.
@Suite(.timeLimit(.minutes(1))) struct MetadataTests {
  private static let opening = FrameBytes.preface + FrameBytes.settings

  /// A text without Huffman's code (RFC 7541, section 5.2).
  private static func text(_ text: String) -> [UInt8] {
    var count = text.utf8.count
    guard count >= 127 else { return [UInt8(count)] + text.utf8 }
    var bytes: [UInt8] = [127]
    count -= 127
    while count >= 128 {
      bytes.append(UInt8(count & 127) | 128)
      count >>= 7
    }
    return bytes + [UInt8(count)] + text.utf8
  }

  /// A field that is added to the table: number 62 then, and the earlier ones one more.
  private static func indexed(_ name: String, _ value: String) -> [UInt8] {
    [0x40] + text(name) + text(value)
  }

  private static func literal(_ name: String, _ value: String) -> [UInt8] {
    [0x00] + text(name) + text(value)
  }

  /// POST, http, and what a call of health needs besides, all of it added to the table.
  private static let first: [UInt8] =
    [0x83, 0x86] + indexed(":path", "/grpc.health.v1.Health/Check")
    + indexed(":authority", "localhost") + indexed("content-type", "application/grpc")
    + indexed("te", "trailers")
  /// The same by the numbers of the table, if so many were added since.
  private static func again(after count: UInt8 = 0) -> [UInt8] {
    [0x83, 0x86] + [65, 64, 63, 62].map { 0x80 | ($0 + count) }
  }

  /// A block in frames of this many bytes, and an empty message.
  private static func call(_ block: [UInt8], on stream: UInt32, frameBytes: Int = 16_000) -> [UInt8]
  {
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: block.count, by: frameBytes) {
      let end = min(block.count, start + frameBytes)
      bytes += FrameBytes.frame(
        type: start == 0 ? 1 : 9, flags: end == block.count ? 4 : 0, stream: stream,
        Array(block[start..<end]))
    }
    return bytes + FrameBytes.frame(type: 0, flags: 1, stream: stream, [0, 0, 0, 0, 0])
  }

  /// What came of a stream until its end: the types of its frames.
  private func kinds(
    of stream: UInt32, _ connection: inout RawConnection
  ) async -> [UInt8] {
    var kinds: [UInt8] = []
    while let frame = await connection.frame() {
      // WINDOW_UPDATE says nothing of the call.
      guard frame.header.stream == stream, frame.header.type != 8 else { continue }
      kinds.append(frame.header.type)
      if frame.header.flags & 1 != 0 || frame.header.type == 3 { break }
    }
    return kinds
  }

  @Test(arguments: [1, 7, 16_000, 64_000])
  func `later blocks are read right, whatever they refer to`(_ pieceBytes: Int) async throws {
    try await GuardedListener.with(ConnectionBounds()) { listener in
      try await listener.connect { connection in
        let large = Self.literal("x-large", String(repeating: "a", count: 20_000))
        let sent =
          Self.opening + Self.call(Self.first, on: 1)
          + Self.call(Self.again() + large + Self.indexed("x-new", "1"), on: 3)
          + Self.call(Self.again(after: 1), on: 5)
          // The field that was added in the large block, by its number.
          + Self.call(Self.again(after: 1) + [0x80 | 62], on: 7)
          + Self.call(Self.again(after: 1) + large, on: 9) + Self.call(Self.again(after: 1), on: 11)
        let pieceBytes = pieceBytes == 1 ? 100 : pieceBytes
        for start in stride(from: 0, to: sent.count, by: pieceBytes) {
          try await connection.send(Array(sent[start..<min(sent.count, start + pieceBytes)]))
        }
        var ended: [UInt32: [UInt8]] = [:]
        while ended.values.count(where: { $0.last == 0xFF }) < 6,
          let frame = await connection.frame()
        {
          #expect(!frame.isGoAway)
          guard frame.header.stream > 0, frame.header.type != 8 else { continue }
          ended[frame.header.stream, default: []].append(frame.header.type)
          if frame.header.flags & 1 != 0, frame.header.type == 1 {
            ended[frame.header.stream, default: []].append(0xFF)
          }
        }
        for stream: UInt32 in [1, 5, 7, 11] {
          #expect(ended[stream] == [1, 0, 1, 0xFF], "stream \(stream)")
        }
        // Trailers alone: refused.
        for stream: UInt32 in [3, 9] { #expect(ended[stream] == [1, 0xFF], "stream \(stream)") }
      }
    }
  }

  @Test func `many small frames of one block are one`() async throws {
    try await GuardedListener.with(ConnectionBounds()) { listener in
      try await listener.connect { connection in
        // Seven frames, of which HTTP/2 would take six.
        try await connection.send(Self.opening + Self.call(Self.first, on: 1, frameBytes: 16))
        #expect(await kinds(of: 1, &connection) == [1, 0, 1])
        try await connection.send(Self.call(Self.again(), on: 3))
        #expect(await kinds(of: 3, &connection) == [1, 0, 1])
      }
    }
  }

  private static let hostile: [[UInt8]] = [
    // Far too large in one frame and in many; many empty ones; of another stream; a bad padding.
    FrameBytes.frame(type: 1, flags: 4, stream: 1, Array(repeating: 0x83, count: 200_000)),
    (0..<8).flatMap {
      FrameBytes.frame(type: $0 == 0 ? 1 : 9, stream: 1, Array(repeating: 0x83, count: 16_000))
    },
    FrameBytes.frame(type: 1, stream: 1, [0x83])
      + (0..<1_000).flatMap { _ in FrameBytes.frame(type: 9, stream: 1, []) },
    FrameBytes.frame(type: 1, stream: 1, [0x83]) + FrameBytes.frame(type: 9, stream: 3, [0x86]),
    FrameBytes.frame(type: 1, stream: 1, [0x83]) + FrameBytes.data(10),
    FrameBytes.frame(type: 1, flags: 0xC, stream: 1, [200, 0x83]),
    FrameBytes.frame(type: 1, flags: 0xC, stream: 1, []),
    FrameBytes.frame(type: 1, flags: 0x24, stream: 1, [0, 0, 0]),
    FrameBytes.frame(type: 1, flags: 4, stream: 1, [0xFF, 0xFF, 0xFF, 0xFF]),
    FrameBytes.frame(type: 9, flags: 4, stream: 1, [0x83]),
    FrameBytes.frame(type: 1, flags: 4, stream: 2, first),
    FrameBytes.frame(type: 1, flags: 4, stream: 0, first),
    FrameBytes.frame(type: 0, stream: 0, [0, 0]),
    FrameBytes.frame(type: 8, stream: 0, [0, 0, 0, 0]),
    FrameBytes.frame(type: 3, stream: 0, [0, 0, 0, 8]),
    FrameBytes.frame(type: 5, flags: 4, stream: 1, [0, 0, 0, 2]),
    FrameBytes.frame(type: 0, stream: 1, Array(repeating: 0, count: 2_000_000)),
  ]

  @Test(arguments: hostile.indices)
  func `what cannot be answered ends its connection, and no other`(_ number: Int) async throws {
    let bytes = Self.hostile[number]
    try await GuardedListener.with(ConnectionBounds()) { listener in
      try await listener.connect { other in
        try await other.send(Self.opening)
        for isReplaced in [false, true] {
          try await listener.connect { connection in
            let large = Self.literal("x-large", String(repeating: "a", count: 20_000))
            let before = isReplaced ? Self.call(Self.first + large, on: 5) : []
            try? await connection.send(Self.opening + before + bytes)
            _ = await connection.framesToEnd()
          }
        }
        let isAnswered = try await other.ping(0..<1)
        #expect(isAnswered)
      }
    }
  }

  @Test func `a stock client is told, and goes on`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.rawClient { raw in
        for count in [20_000, 40_000, 10, 50_000, 10, 15_000] {
          let metadata: Metadata = [
            "x-large": "\(String(repeating: "a", count: count))", "x-count": "\(count)",
          ]
          let result: Result<HealthCheckResponse.ServingStatus, any Error>
          do {
            result = .success(
              try await raw.grpc.unary(
                request: ClientRequest(
                  message: HealthCheckRequest(service: ""), metadata: metadata),
                descriptor: HealthMethods.check, serializer: WireSerializer<HealthCheckRequest>(),
                deserializer: WireDeserializer<HealthCheckResponse>(), options: RawClient.options
              ) { try $0.message.status })
          } catch {
            result = .failure(error)
          }
          switch result {
          case .success(let status): #expect(count < 16_000 && status == .serving)
          case .failure(let error):
            let error = error as? RPCError
            #expect(
              count > 16_000 && error?.code == .resourceExhausted, "\(count): \(error as Any)")
            #expect(error?.details?.reason == ErrorReason.limitExceeded.rawValue)
            #expect(error?.details?.facts["limit"] == "metadataBytesMax")
          }
        }
      }
    }
  }
}
