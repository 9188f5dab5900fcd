/// Finds the place where a text stops being JSON (RFC 8259), for a message to a person.
///
/// What the text means is for others to read; here only its form counts, and that no object has a
/// key twice, of which a reader would see one.
package struct JSONSyntax {
  /// What is wrong, and where.
  package struct Fault: Error, Equatable {
    /// From 1.
    package var line: Int
    /// In bytes of the line, from 1.
    package var column: Int
    /// What is wrong there; the end of a sentence.
    package var what: String
  }

  private let bytes: [UInt8]
  private var place = 0
  private var depth = 0

  /// Deeper than any settings file.
  private static let depthMax = 100

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads a text; nil if it is JSON.
  ///
  /// - Complexity: O(bytes).
  package static func fault(in bytes: [UInt8]) -> Fault? {
    var syntax = JSONSyntax(bytes)
    do throws(Fault) {
      try syntax.value()
      syntax.skipSpace()
      guard syntax.next == nil else { throw syntax.fault("the text goes on after its end") }
      return nil
    } catch {
      return error
    }
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private func fault(_ what: String, at found: Int? = nil) -> Fault {
    let before = bytes[..<(found ?? place)]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return Fault(line: line, column: before.count - lineStart + 1, what: what)
  }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { place += 1 }
  }

  /// Takes a byte if it comes next, after any space.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func value() throws(Fault) {
    skipSpace()
    guard depth < Self.depthMax else { throw fault("the text is nested too deeply") }
    depth += 1
    defer { depth -= 1 }
    switch next {
    case nil: throw fault("the text ends where a value is expected")
    case UInt8(ascii: "{"): try object()
    case UInt8(ascii: "["): try array()
    case UInt8(ascii: "\""): _ = try string()
    default: try plainValue()
    }
  }

  private mutating func object() throws(Fault) {
    place += 1
    if take("}") { return }
    var keys: Set<[UInt8]> = []
    repeat {
      skipSpace()
      let start = place
      guard next == UInt8(ascii: "\"") else { throw fault("a key in double quotes is expected") }
      let key = try string()
      guard keys.insert(key).inserted else { throw fault("this key is there already", at: start) }
      guard take(":") else { throw fault("a colon is expected after the key") }
      try value()
    } while take(",")
    guard take("}") else { throw fault("a comma or } is expected") }
  }

  private mutating func array() throws(Fault) {
    place += 1
    if take("]") { return }
    repeat { try value() } while take(",")
    guard take("]") else { throw fault("a comma or ] is expected") }
  }

  /// The bytes between the quotes, as they stand there.
  private mutating func string() throws(Fault) -> [UInt8] {
    let start = place
    place += 1
    while let byte = next {
      if byte == UInt8(ascii: "\"") {
        defer { place += 1 }
        return Array(bytes[(start + 1)..<place])
      }
      guard byte >= 0x20 else { throw fault("the text in quotes does not end on its line") }
      place += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    throw fault("the text in quotes that begins here does not end", at: start)
  }

  /// A number, true, false or null.
  private mutating func plainValue() throws(Fault) {
    let start = place
    while let byte = next, Self.isPlain(byte) { place += 1 }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if ["true", "false", "null"].contains(text) { return }
    guard let first = text.utf8.first else { throw fault("a value is expected") }
    let isNumber = first == UInt8(ascii: "-") || (0x30...0x39).contains(first)
    guard isNumber, Double(text) != nil else {
      throw fault(
        "a text needs double quotes, and this is no number, true, false or null", at: start)
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: "."), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
