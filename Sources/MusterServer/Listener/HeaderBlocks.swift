internal import NIOCore
internal import NIOHPACK

/// Reads the blocks of headers of one connection, and makes small ones of those that are too large.
///
/// HTTP/2 compresses headers by what earlier blocks had, so that a block cannot be left out or
/// replaced without all later ones being misread. So this decodes each of them; once one was
/// replaced, HTTP/2 behind it gets every later one in a form that refers to no other.
struct HeaderBlocks {
  /// What becomes of a block.
  enum Outcome: Equatable {
    /// Its frames pass on as they came.
    case pass
    /// This frame stands for them.
    case replace([UInt8])
    /// It is none, or far too large: HTTP/2 has to end the connection.
    case refuse
  }

  /// What NIO's HTTP/2 takes, and ends the connection beyond; it cannot be told otherwise. Counted
  /// as RFC 9113, section 6.5.2 has it: 32 bytes for each field besides its name and value.
  static let listBytesMax = 16 * 1024
  /// A list of headers that is still read, to answer its call.
  static let readListBytesMax = 256 * 1024
  /// The header that a block has which stands for a larger one, with the size of that.
  static let sizeHeader = "muster-metadata-bytes"
  /// Bytes of a value that such a block keeps.
  private static let keptValueBytesMax = 1_024
  private static let keptNames: Set<String> = [
    ":method", ":scheme", ":path", ":authority", "content-type", "te", "grpc-timeout",
  ]

  private var decoder = HPACKDecoder(
    allocator: ByteBufferAllocator(), maxDynamicTableSize: HPACKDecoder.maxDynamicTableSize,
    maxHeaderListSize: readListBytesMax)
  /// Whether a block was replaced, so that HTTP/2 has not seen all that later ones refer to.
  private(set) var hasReplaced = false

  /// Reads the next block of the connection.
  ///
  /// - Parameters:
  ///   - block: Its bytes, of all frames together.
  ///   - isLong: Whether it came in more bytes or frames than HTTP/2 takes.
  ///   - stream: The stream that it is of.
  ///   - endsStream: Whether nothing follows it there.
  mutating func read(
    _ block: ByteBuffer, isLong: Bool, stream: UInt32, endsStream: Bool
  ) -> Outcome {
    var block = block
    guard let headers = try? decoder.decodeHeaders(from: &block) else { return .refuse }
    var byteCount = 0
    for (name, value, _) in headers { byteCount += name.utf8.count + value.utf8.count + 32 }
    let isTooLarge = byteCount > Self.listBytesMax
    guard isTooLarge || isLong || hasReplaced else { return .pass }
    var kept = headers.map { (name: $0.name, value: $0.value) }
    if isTooLarge {
      kept = kept.filter {
        Self.keptNames.contains($0.name) && $0.value.utf8.count <= Self.keptValueBytesMax
      }
      // What follows a call's messages cannot be answered, nor can a call of no method.
      guard kept.contains(where: { $0.name == ":path" }) else { return .refuse }
      kept.append((Self.sizeHeader, "\(byteCount)"))
    }
    hasReplaced = true
    return .replace(Self.frame(kept, stream: stream, endsStream: endsStream))
  }

  /// A whole HEADERS frame of literal fields, which no table remembers (RFC 7541, section 6.2.2).
  private static func frame(
    _ headers: [(name: String, value: String)], stream: UInt32, endsStream: Bool
  ) -> [UInt8] {
    var payload: [UInt8] = []
    for (name, value) in headers {
      payload.append(0)
      append(name, to: &payload)
      append(value, to: &payload)
    }
    let count = payload.count
    var frame = [UInt8(count >> 16 & 0xFF), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)]
    frame += [1, endsStream ? 5 : 4]
    frame += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: stream >> $0) }
    return frame + payload
  }

  /// A string without Huffman's code (RFC 7541, section 5.2).
  private static func append(_ text: String, to bytes: inout [UInt8]) {
    var count = text.utf8.count
    if count < 127 {
      bytes.append(UInt8(count))
    } else {
      bytes.append(127)
      count -= 127
      while count >= 128 {
        bytes.append(UInt8(count & 127) | 128)
        count >>= 7
      }
      bytes.append(UInt8(count))
    }
    bytes += text.utf8
  }
}
