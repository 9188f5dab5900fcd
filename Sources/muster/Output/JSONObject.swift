internal import MusterCore
internal import MusterFaults

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

  /// Appends a string after RFC 8259, section 7: quotes and backslashes are escaped, and what a
  /// terminal would obey or not show (``VisibleText``), which is the same text for a program.
  private mutating func append(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    defer { bytes.append(UInt8(ascii: "\"")) }
    if text.utf8.allSatisfy(Self.isPlain) {
      bytes += text.utf8
      return
    }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(ascii: scalar)]
      case "\n": bytes += Array("\\n".utf8)
      case "\r": bytes += Array("\\r".utf8)
      case "\t": bytes += Array("\\t".utf8)
      case _ where VisibleText.isVisible(scalar) || isLeft(scalar):
        bytes += Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      default:
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
          let digits = String(unit, radix: 16)
          bytes += Array("\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8)
        }
      }
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// Whether a mutant leaves the character as it is.
  private func isLeft(_ scalar: Unicode.Scalar) -> Bool {
    Mutant.printsAsIs.isOn && scalar.value >= 0x7F
  }
}
