import NIOCore
import Testing

@testable import MusterServer

/// What a connection may do before and beside its calls.
@Suite(.timeLimit(.minutes(1)), .serialized) struct ConnectionGuardTests {
  private static let opening = FrameBytes.preface + FrameBytes.settings

  /// Bounds with a deadline that a test can wait for.
  private static var hasty: ConnectionBounds { ConnectionBounds(prefaceMillisecondsMax: 300) }

  @Test func `10,000 PINGs at a stock client's pace are answered`() async throws {
    try await GuardedListener.with(ConnectionBounds()) { listener in
      try await listener.connect { connection in
        try await connection.send(Self.opening)
        // NIO's own HTTP/2 closes the connection after 200.
        for first in stride(from: UInt64(0), to: 10_000, by: 10) {
          guard try await connection.ping(first..<first + 10) else {
            Issue.record("no answer to one of the PINGs from \(first) on")
            return
          }
        }
      }
    }
  }

  @Test(arguments: [UInt8(6), 8, 0xBE])
  func `a flood ends its own connection and no other`(_ type: UInt8) async throws {
    try await GuardedListener.with(ConnectionBounds()) { listener in
      try await listener.connect { other in
        try await other.send(Self.opening)
        try await listener.connect { connection in
          // WINDOW_UPDATEs by one byte, so that no window overflows.
          let payload: [UInt8] = type == 8 ? [0, 0, 0, 1] : FrameBytes.payload(1)
          let frame = FrameBytes.frame(type: type, payload)
          let flood = Array(repeating: frame, count: 30_000).flatMap { $0 }
          // The end of the connection may come before all is sent.
          try? await connection.send(Self.opening + flood)
          let frames = await connection.framesToEnd()
          let goAway = frames.last { $0.isGoAway }
          // ENHANCE_YOUR_CALM
          #expect(goAway?.errorCode == 0xB)
          #expect(
            goAway.map { String(decoding: $0.payload[8...], as: UTF8.self) }
              == "too many control frames")
          #expect(frames.count { $0.isPingAnswer } <= 20_000)
        }
        let isAnswered = try await other.ping(0..<10)
        #expect(isAnswered)
      }
    }
  }

  @Test(arguments: [0, 1, 12, 24, 25, 32])
  func `a connection that does not begin is closed`(_ byteCount: Int) async throws {
    try await GuardedListener.with(Self.hasty) { listener in
      try await listener.connect { begun in
        try await begun.send(Self.opening)
        try await listener.connect { connection in
          if byteCount > 0 { try await connection.send(Array(Self.opening.prefix(byteCount))) }
          _ = await connection.framesToEnd()
        }
        // One that did begin, and before that one, is still there.
        let isAnswered = try await begun.ping(0..<1)
        #expect(isAnswered)
      }
    }
  }

  @Test func `what does not speak HTTP/2 is closed`() async throws {
    try await GuardedListener.with(Self.hasty) { listener in
      try await listener.connect { connection in
        try await connection.send(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        _ = await connection.framesToEnd()
      }
    }
  }

  @Test func `a client that reads no answers is closed`() async throws {
    // So many PINGs may come that only what waits for the client can end it.
    let bounds = ConnectionBounds(savedControlFramesMax: .max / 2, unreadAnswersMax: 100)
    try await GuardedListener.with(bounds) { listener in
      try await listener.connect { connection in
        try await connection.send(Self.opening)
        let pings = Array(repeating: FrameBytes.ping(1), count: 1_000).flatMap { $0 }
        var sent = 0
        while sent < 2_000_000, (try? await connection.send(pings)) != nil { sent += 1_000 }
        #expect(sent < 2_000_000)
      }
    }
  }

  @Test(arguments: [0, 1])
  func `a PING within a block of headers ends the connection`(_ moreCount: Int) async throws {
    try await GuardedListener.with(ConnectionBounds()) { listener in
      try await listener.connect { other in
        try await other.send(Self.opening)
        try await listener.connect { connection in
          let begin = FrameBytes.frame(type: 1, stream: 1, [0x83])
          let more = FrameBytes.frame(type: 9, stream: 1, [0x86])
          try await connection.send(
            Self.opening + begin + Array(repeating: more, count: moreCount).flatMap { $0 }
              + FrameBytes.ping(1))
          let frames = await connection.framesToEnd()
          // PROTOCOL_ERROR
          #expect(frames.contains { $0.isGoAway && $0.errorCode == 1 })
          #expect(!frames.contains { $0.isPingAnswer })
        }
        let isAnswered = try await other.ping(0..<1)
        #expect(isAnswered)
      }
    }
  }

  @Test func `a malformed PING is refused by HTTP/2`() async throws {
    try await GuardedListener.with(ConnectionBounds()) { listener in
      try await listener.connect { connection in
        try await connection.send(Self.opening + FrameBytes.frame(type: 6, [1, 2, 3]))
        let frames = await connection.framesToEnd()
        #expect(frames.contains { $0.isGoAway && $0.errorCode != 0 })
      }
    }
  }
}
