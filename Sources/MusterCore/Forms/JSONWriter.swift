/// Writes form values as JSON into memory that is large enough.
@safe struct JSONWriter {
  private let start: UnsafeMutablePointer<UInt8>
  private var count = 0
  private var hasForm = false

  /// - Parameter start: Room for two bytes, and for each value six times its bytes, its names and
  ///   16.
  init(_ start: UnsafeMutablePointer<UInt8>) {
    unsafe self.start = unsafe start
    add("{")
  }

  mutating func openForm(_ name: [UInt8]) {
    if hasForm { comma() }
    hasForm = true
    key(name)
    add("{")
  }

  mutating func closeForm() { add("}") }

  mutating func comma() { add(",") }

  mutating func pair(_ name: [UInt8], _ value: CellBytes) {
    key(name)
    add("\"")
    for place in 0..<(unsafe value.count) { unsafe escape(value.buffer[place]) }
    add("\"")
  }

  /// Ends the object and gives its bytes.
  mutating func finish() -> CellBytes {
    add("}")
    return unsafe CellBytes(count: count, start: start)
  }

  private mutating func key(_ name: [UInt8]) {
    add("\"")
    for byte in name { put(byte) }
    add("\"")
    add(":")
  }

  @inline(__always)
  private mutating func add(_ character: Unicode.Scalar) { put(UInt8(ascii: character)) }

  @inline(__always)
  private mutating func put(_ byte: UInt8) {
    unsafe start[count] = byte
    count &+= 1
  }

  /// RFC 8259, section 7: quote, backslash and control characters are escaped.
  @inline(__always)
  private mutating func escape(_ byte: UInt8) {
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
      add("\\")
      put(byte)
    } else if byte < 0x20 {
      let digits: StaticString = "0123456789abcdef"
      add("\\")
      add("u")
      add("0")
      add("0")
      unsafe put(digits.utf8Start[Int(byte >> 4)])
      unsafe put(digits.utf8Start[Int(byte & 15)])
    } else {
      put(byte)
    }
  }
}
