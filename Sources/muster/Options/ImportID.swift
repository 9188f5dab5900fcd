internal import ArgumentParser

/// The id of an import: a UUID.
struct ImportID: ExpressibleByArgument {
  var text: String

  init?(argument: String) {
    let parts = argument.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12],
      parts.allSatisfy({ $0.utf8.allSatisfy(Self.isHexadecimal) })
    else { return nil }
    text = argument.lowercased()
  }

  init(text: String) { self.text = text }

  /// A random UUID, version 4 (RFC 9562).
  static func make() -> ImportID {
    var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    var text = ""
    for (place, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(place) { text.append("-") }
      text += (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
    }
    return ImportID(text: text)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
