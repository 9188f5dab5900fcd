internal import CMusterProto
internal import CProtobufC

extension ProtobufCBinaryData {
  /// The bytes; valid as long as their message.
  var buffer: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: data, count: data == nil ? 0 : len)
  }

  /// A copy of the bytes.
  var bytes: [UInt8] { unsafe Array(buffer) }

  /// The bytes as text. protobuf-c checks neither UTF-8 nor NULs, so this does.
  ///
  /// - Parameter field: The field's name, for the message.
  func text(_ field: StaticString) throws(WireError) -> String {
    guard let text = unsafe String(validating: buffer, as: UTF8.self) else {
      throw WireError(
        code: .invalidText, message: "The field \(field) is not valid UTF-8.", field: "\(field)")
    }
    guard unsafe !buffer.contains(0) else {
      throw WireError(
        code: .invalidText, message: "The field \(field) has a NUL character in it.",
        field: "\(field)")
    }
    return text
  }
}

/// The texts of a repeated field.
func texts(
  _ list: UnsafeMutablePointer<ProtobufCBinaryData>?, _ count: Int, _ field: StaticString
) throws(WireError) -> [String] {
  var texts: [String] = []
  guard let list = unsafe list else { return texts }
  texts.reserveCapacity(count)
  for place in 0..<count { texts.append(unsafe try list[place].text(field)) }
  return texts
}
