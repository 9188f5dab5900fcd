/// Reads the JSON of form values: an object of objects of texts (RFC 8259), with or without spaces.
@safe struct JSONReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  init(_ json: CellBytes) { unsafe bytes = unsafe json.buffer }

  /// Calls `body` with every form, field and value.
  mutating func readForms(
    _ body: (_ form: [UInt8], _ field: [UInt8], _ value: [UInt8]) -> Void
  ) throws(RecordDamage) {
    try readObject { reader, form throws(RecordDamage) in
      try reader.readObject { reader, field throws(RecordDamage) in
        body(form, field, try reader.readText())
      }
    }
    skipSpace()
    guard unsafe place == bytes.count else { throw RecordDamage() }
  }

  private mutating func readObject(
    _ member: (inout JSONReader, [UInt8]) throws(RecordDamage) -> Void
  ) throws(RecordDamage) {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try readText()
      try expect(":")
      try member(&self, key)
    } while take(",")
    try expect("}")
  }

  private mutating func readText() throws(RecordDamage) -> [UInt8] {
    try expect("\"")
    var text: [UInt8] = []
    while unsafe place < bytes.count {
      let byte = unsafe bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"): try readEscape(into: &text)
      case 0..<0x20: throw RecordDamage()
      default: text.append(byte)
      }
    }
    throw RecordDamage()
  }

  private mutating func readEscape(into text: inout [UInt8]) throws(RecordDamage) {
    guard unsafe place < bytes.count else { throw RecordDamage() }
    let byte = unsafe bytes[place]
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): try readUnicode(into: &text)
    default: throw RecordDamage()
    }
  }

  private mutating func readUnicode(into text: inout [UInt8]) throws(RecordDamage) {
    var unit = try readHex()
    if unit & 0xFC00 == 0xD800 {
      guard take("\\"), take("u") else { throw RecordDamage() }
      let low = try readHex()
      guard low & 0xFC00 == 0xDC00 else { throw RecordDamage() }
      unit = 0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)
    }
    guard let scalar = Unicode.Scalar(unit) else { throw RecordDamage() }
    text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  private mutating func readHex() throws(RecordDamage) -> UInt32 {
    guard unsafe place + 4 <= bytes.count else { throw RecordDamage() }
    var value: UInt32 = 0
    for offset in 0..<4 {
      guard let digit = unsafe Character(Unicode.Scalar(bytes[place + offset])).hexDigitValue else {
        throw RecordDamage()
      }
      value = value << 4 | UInt32(digit)
    }
    place += 4
    return value
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(RecordDamage) {
    guard take(character) else { throw RecordDamage() }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard unsafe place < bytes.count, unsafe bytes[place] == UInt8(ascii: character) else {
      return false
    }
    place += 1
    return true
  }

  private mutating func skipSpace() {
    while unsafe place < bytes.count, unsafe [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) {
      place += 1
    }
  }
}
