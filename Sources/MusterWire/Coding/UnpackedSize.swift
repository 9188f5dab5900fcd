/// How much memory protobuf-c takes for a message, by a look at its fields alone.
///
/// Source: protobuf-c 1.4.1, `protobuf_c_message_unpack`: a message of more than 16 fields also
/// takes lists of what was found in it, of 32, 64 and so on entries.
enum UnpackedSize {
  /// `Muster__V1__Row`, and the place of its address in the chunk.
  private static let rowBytes = 40 + 8
  /// `ProtobufCBinaryData`.
  private static let cellBytes = 16
  /// `ScannedMember` of protobuf-c.
  private static let scannedBytes = 32
  /// What a message takes besides its fields.
  private static let messageBytes = 1024
  /// Number of the field of the rows in an import's message.
  private static let chunkNumber: UInt64 = 2

  /// Bytes of an import's message; what is no such message takes some, too.
  ///
  /// - Complexity: O(rows and cells).
  static func ofImportRequest(_ bytes: Span<UInt8>) -> Int {
    var sum = messageBytes
    var fields = FieldScan(0..<bytes.count)
    while let field = fields.next(in: bytes) {
      // Beside rows there are lists of texts, at most.
      sum += field.number == chunkNumber ? ofChunk(bytes, field.content) : field.content.count * 16
    }
    return sum
  }

  private static func ofChunk(_ bytes: Span<UInt8>, _ content: Range<Int>) -> Int {
    var sum = 0
    var count = 0
    var fields = FieldScan(content)
    while let field = fields.next(in: bytes) {
      count += 1
      sum += rowBytes + ofRow(bytes, field.content)
    }
    return sum + listBytes(count)
  }

  private static func ofRow(_ bytes: Span<UInt8>, _ content: Range<Int>) -> Int {
    var sum = 0
    var count = 0
    var fields = FieldScan(content)
    while let field = fields.next(in: bytes) {
      count += 1
      sum += cellBytes + (field.content.count + 7) & ~7
    }
    return sum + listBytes(count)
  }

  private static func listBytes(_ fieldCount: Int) -> Int {
    var (room, list, sum) = (16, 32, 0)
    while fieldCount > room {
      sum += list
      room += list
      list *= 2
    }
    return sum * scannedBytes
  }
}

/// The fields of a protobuf message, one after the other; it ends at the first that is no field.
struct FieldScan {
  struct Field: Equatable {
    let number: UInt64
    /// Where the bytes lie of a field that has a length; empty for others.
    let content: Range<Int>
  }

  private var place: Int
  private let end: Int

  /// - Parameter range: Where the message lies in the bytes that it is read from.
  init(_ range: Range<Int>) {
    place = range.lowerBound
    end = range.upperBound
  }

  mutating func next(in bytes: Span<UInt8>) -> Field? {
    guard let tag = varint(bytes) else { return nil }
    var content = place..<place
    switch tag & 7 {
    case 0:
      guard varint(bytes) != nil else { return nil }
    case 1: place += 8
    case 5: place += 4
    case 2:
      guard let length = varint(bytes), length <= UInt64(end - place) else { return nil }
      content = place..<place + Int(length)
      place = content.upperBound
    default: return nil
    }
    return place > end ? nil : Field(number: tag >> 3, content: content)
  }

  @inline(__always)
  private mutating func varint(_ bytes: Span<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while place < end, shift < 64 {
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}
