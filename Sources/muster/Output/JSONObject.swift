/// One JSON object on one line, built key by key.
struct JSONObject {
  private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

  /// The object and a line end.
  var line: [UInt8] { bytes + [UInt8(ascii: "}"), 0x0A] }

  mutating func add(_ key: String, _ text: String?) {
    begin(key)
    if let text { append(text) } else { bytes += Array("null".utf8) }
  }

  mutating func add<Number: BinaryInteger>(_ key: String, _ number: Number?) {
    begin(key)
    bytes += Array((number.map { String($0) } ?? "null").utf8)
  }

  mutating func add(_ key: String, _ flag: Bool?) {
    begin(key)
    bytes += Array((flag.map { $0 ? "true" : "false" } ?? "null").utf8)
  }

  mutating func add(_ key: String, _ object: JSONObject) {
    begin(key)
    bytes += object.bytes + [UInt8(ascii: "}")]
  }

  mutating func add(_ key: String, _ texts: [String]) {
    begin(key)
    addList(texts) { $0.append($1) }
  }

  mutating func add(_ key: String, _ numbers: [UInt64]) {
    begin(key)
    addList(numbers) { $0.bytes += Array(String($1).utf8) }
  }

  mutating func add(_ key: String, _ objects: [JSONObject]) {
    begin(key)
    addList(objects) { $0.bytes += $1.bytes + [UInt8(ascii: "}")] }
  }

  private mutating func addList<Element>(
    _ elements: [Element], _ add: (inout JSONObject, Element) -> Void
  ) {
    bytes.append(UInt8(ascii: "["))
    for (place, element) in elements.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      add(&self, element)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func begin(_ key: String) {
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    append(key)
    bytes.append(UInt8(ascii: ":"))
  }

  /// Appends a string after RFC 8259, section 7: quotes, backslashes and controls escaped.
  private mutating func append(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x0A: bytes += Array("\\n".utf8)
      case 0x0D: bytes += Array("\\r".utf8)
      case 0x09: bytes += Array("\\t".utf8)
      case 0..<0x20, 0x7F:
        let digits = String(byte, radix: 16)
        bytes += Array("\\u00".utf8) + Array((digits.utf8.count == 1 ? "0" : "").utf8)
        bytes += Array(digits.utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
