internal import MusterCore

/// The id of an import: a UUID (RFC 9562) in lower case.
enum ImportID {
  /// The id that a client chose, in lower case, or a new one if it chose none.
  ///
  /// - Throws: `invalidArgument` for anything that is no UUID.
  static func resolve(_ chosen: String) throws(StoreError) -> String {
    if chosen.isEmpty { return make() }
    let id = chosen.lowercased()
    guard isUUID(id) else {
      throw StoreError(
        field: "import_id", "The import id is not a UUID such as \(make()); choose another one.")
    }
    return id
  }

  private static func isUUID(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count == 36 else { return false }
    for (place, byte) in bytes.enumerated() {
      let isDash = [8, 13, 18, 23].contains(place)
      let isHex = (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
      guard isDash ? byte == UInt8(ascii: "-") : isHex else { return false }
    }
    return true
  }

  /// A random UUID, version 4.
  private static func make() -> String {
    var generator = SystemRandomNumberGenerator()
    var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let hex = bytes.map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
    var id = ""
    for (place, digit) in hex.enumerated() {
      if [8, 12, 16, 20].contains(place) { id.append("-") }
      id.append(digit)
    }
    return id
  }
}
