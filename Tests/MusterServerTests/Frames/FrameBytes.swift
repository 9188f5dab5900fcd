@testable import MusterServer

/// HTTP/2 frames, byte by byte.
enum FrameBytes {
  static let preface = FrameScan.preface
  /// An empty SETTINGS: what a client may begin with.
  static let settings = frame(type: 4, [])

  static func frame(
    type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8]
  ) -> [UInt8] {
    let count = payload.count
    let length = [UInt8(count >> 16 & 0xFF), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)]
    let number = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stream >> $0) }
    return length + [type, flags] + number + payload
  }

  static func ping(_ number: UInt64, isAnswer: Bool = false) -> [UInt8] {
    frame(type: 6, flags: isAnswer ? 1 : 0, payload(number))
  }

  static func payload(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
  }

  static func data(_ byteCount: Int, stream: UInt32 = 1) -> [UInt8] {
    frame(type: 0, stream: stream, (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) })
  }
}
