/// Reads what ``SpoolEncoder`` wrote, from memory that its caller owns.
///
/// Everything is compared with the end before it is read: a disk may give back anything.
@safe package struct SpoolDecoder {
  private let bytes: UnsafeMutableRawBufferPointer
  private var place = 0

  /// Reads bytes, which must live as long as what is borrowed of them.
  package init(_ bytes: UnsafeMutableRawBufferPointer) { unsafe self.bytes = unsafe bytes }

  /// Whether all is read.
  package var isAtEnd: Bool { unsafe place == bytes.count }

  /// Takes so many bytes as they are, borrowed.
  package mutating func raw(_ count: Int) throws(RecordDamage) -> UnsafeMutableRawBufferPointer {
    guard count >= 0, unsafe count <= bytes.count - place else { throw RecordDamage() }
    defer { place += count }
    return unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[place..<place + count])
  }

  /// Reads a number.
  package mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type = Number.self
  ) throws(RecordDamage) -> Number {
    let raw = unsafe try raw(MemoryLayout<Number>.size)
    return unsafe raw.loadUnaligned(as: Number.self)
  }

  /// Reads so many bytes as a value, borrowed.
  package mutating func cell(count: Int) throws(RecordDamage) -> CellBytes {
    if count == 0 { return unsafe .blank }
    let raw = unsafe try raw(count)
    return unsafe CellBytes(
      count: count, start: raw.baseAddress?.assumingMemoryBound(to: UInt8.self))
  }

  /// Reads bytes with their length, copied.
  package mutating func value() throws(RecordDamage) -> [UInt8] {
    let count = Int(try number(UInt32.self))
    return unsafe Array(try raw(count))
  }

  /// Reads a text that may be absent.
  package mutating func text() throws(RecordDamage) -> String? {
    try number(UInt8.self) == 0 ? nil : String(decoding: try value(), as: UTF8.self)
  }

  /// Reads a fault.
  package mutating func fault() throws(RecordDamage) -> RowFault {
    let row = try number(UInt64.self)
    let column = try text()
    guard let code = FaultCode(rawValue: try text() ?? "") else { throw RecordDamage() }
    return RowFault(row: row, column: column, code: code, value: try value(), hint: try text())
  }
}

/// Memory that a part of a spool was read into.
@safe package final class SpoolMemory: @unchecked Sendable {
  /// The memory; the caller fills it before anybody else sees it.
  package let bytes: UnsafeMutableRawBufferPointer

  /// Memory for so many bytes.
  package init(byteCount: Int) {
    unsafe bytes = .allocate(byteCount: byteCount, alignment: 16)
  }

  deinit { unsafe bytes.deallocate() }
}
