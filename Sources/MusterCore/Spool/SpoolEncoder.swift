/// Writes what a spool keeps, as bytes that ``SpoolDecoder`` reads in the same process: numbers in
/// the machine's own order, texts with their length first.
@safe package struct SpoolEncoder {
  /// What has been written.
  package private(set) var bytes: [UInt8] = []

  /// Nothing is written.
  package init() {}

  /// Makes room for so many bytes more.
  package mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

  /// Forgets what is written, and keeps the room.
  package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Writes a number.
  package mutating func add<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
    unsafe withUnsafeBytes(of: number) { unsafe bytes.append(contentsOf: $0) }
  }

  /// Writes a value with its length; a blank one has none.
  package mutating func add(_ value: CellBytes) {
    let count = unsafe max(value.count, 0)
    add(UInt32(count))
    if count > 0 { unsafe bytes.append(contentsOf: value.buffer) }
  }

  /// Writes bytes with their length.
  package mutating func add(_ value: [UInt8]) {
    add(UInt32(value.count))
    bytes += value
  }

  /// Writes a text that may be absent.
  package mutating func add(_ text: String?) {
    add(UInt8(text == nil ? 0 : 1))
    if let text { add(Array(text.utf8)) }
  }

  /// Writes bytes as they are.
  package mutating func add(raw: UnsafeRawBufferPointer) {
    unsafe bytes.append(contentsOf: raw)
  }

  /// Writes a fault.
  package mutating func add(_ fault: RowFault) {
    add(fault.row)
    add(fault.column)
    add(fault.code.rawValue)
    add(fault.value)
    add(fault.hint)
  }
}
