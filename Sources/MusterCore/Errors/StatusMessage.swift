/// The message of a status as it travels: percent-encoded, in the trailers of a call.
///
/// A client may refuse trailers of more than 8 KiB in all, and gRPC's own libraries do: grpc-java
/// always, those on its C core the more often the more there is. So messages are bounded, and
/// leave room for the details beside them.
public enum StatusMessage {
  /// Bytes of an encoded message.
  public static let encodedBytesMax = 2_048

  /// The bytes that a text takes: three for each that is not printable ASCII.
  public static func encodedBytes(_ text: some StringProtocol) -> Int {
    text.utf8.reduce(0) { $0 + encodedBytes($1) }
  }

  private static func encodedBytes(_ byte: UInt8) -> Int {
    (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "%") ? 1 : 3
  }

  /// As much of a message as may travel, with dots in place of the rest.
  public static func fitted(_ message: String) -> String {
    guard encodedBytes(message) > encodedBytesMax else { return message }
    var bytes = 3
    let kept = message.unicodeScalars.prefix { scalar in
      bytes += String(scalar).utf8.reduce(0) { $0 + encodedBytes($1) }
      return bytes <= encodedBytesMax
    }
    return String(String.UnicodeScalarView(kept)) + "..."
  }

  /// The message as it travels.
  public static func encoded(_ message: String) -> String {
    var bytes: [UInt8] = []
    for byte in message.utf8 {
      if encodedBytes(byte) == 1 {
        bytes.append(byte)
      } else {
        let digits = Array("0123456789ABCDEF".utf8)
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
