/// The first nine bytes of an HTTP/2 frame (RFC 9113, section 4.1).
struct FrameHeader: Equatable {
  static let byteCount = 9

  let payloadByteCount: Int
  let type: UInt8
  let flags: UInt8
  let stream: UInt32

  /// - Parameter place: Where it begins; nine bytes must follow.
  init(_ bytes: Span<UInt8>, at place: Int) {
    payloadByteCount =
      Int(bytes[place]) << 16 | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2])
    type = bytes[place + 3]
    flags = bytes[place + 4]
    // The first bit is reserved, and to be ignored.
    stream =
      UInt32(bytes[place + 5] & 0x7F) << 24 | UInt32(bytes[place + 6]) << 16
      | UInt32(bytes[place + 7]) << 8 | UInt32(bytes[place + 8])
  }

  /// Bytes of a PING's payload, which comes back in its acknowledgement.
  static let pingByteCount = 8
  /// What a PING's acknowledgement begins with: 8 bytes, type 6, the flag ACK, stream 0.
  static let pingAnswer: [UInt8] = [0, 0, 8, 6, 1, 0, 0, 0, 0]

  /// Whether it is a PING that asks for an answer and is well formed (RFC 9113, section 6.7).
  var isPing: Bool {
    type == 6 && flags & 1 == 0 && payloadByteCount == Self.pingByteCount && stream == 0
  }

  /// Whether it begins or continues a block of headers that is not at its end: nothing but a
  /// CONTINUATION may follow (RFC 9113, section 6.10).
  var leavesHeadersOpen: Bool { (type == 1 || type == 5 || type == 9) && flags & 4 == 0 }

  /// Whether it carries a part of a message.
  var isData: Bool { type == 0 }

  /// Whether it carries no part of a call: anything but DATA, HEADERS and CONTINUATION.
  var isControl: Bool { type != 0 && type != 1 && type != 9 }
}
