/// The fields of one protobuf message, read without its definition: what a descriptor needs.
///
/// Only fields of bytes are given; numbers are passed over. Descriptors come from our own build, so
/// bytes that are no message simply end the sequence.
struct DescriptorFields: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>

  init(_ message: ArraySlice<UInt8>) { rest = message }

  /// The next field of bytes: its number and its bytes.
  mutating func next() -> (number: UInt64, bytes: ArraySlice<UInt8>)? {
    while let key = varint() {
      switch key & 7 {
      case 0: guard varint() != nil else { return nil }
      case 1: rest = rest.dropFirst(8)
      case 2:
        guard let count = varint(), count <= UInt64(rest.count) else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return (key >> 3, rest.prefix(Int(count)))
      case 5: rest = rest.dropFirst(4)
      default: return nil
      }
    }
    return nil
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}

extension DescriptorFields {
  /// The bytes of every field of a number.
  static func all(_ number: UInt64, of message: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    DescriptorFields(message).filter { $0.number == number }.map(\.bytes)
  }

  /// The text of a field; empty if the message lacks it.
  static func text(_ number: UInt64, of message: ArraySlice<UInt8>) -> String {
    all(number, of: message).last.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
