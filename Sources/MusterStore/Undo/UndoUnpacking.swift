internal import MusterCore

/// Reads what ``UndoPacker`` packed.
struct UndoUnpacker {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// All records with the places where they begin, in the order in which they were packed.
  ///
  /// - Throws: `RecordDamage` for bytes that no packer made.
  static func records(
    of bytes: [UInt8]
  ) throws(RecordDamage) -> [(place: Int, record: UndoRecord)] {
    var unpacker = UndoUnpacker(bytes)
    var records: [(Int, UndoRecord)] = []
    while unpacker.place < bytes.count {
      records.append((unpacker.place, try unpacker.record()))
    }
    return records
  }

  private mutating func record() throws(RecordDamage) -> UndoRecord {
    switch try byte() {
    case 0:
      let first: UInt32 = try number()
      let count: UInt32 = try number()
      guard count > 0, !first.addingReportingOverflow(count).overflow else { throw RecordDamage() }
      return .created(first: first, count: count)
    case 1:
      var image = BeforeImage(member: try number(), importSeq: try number(), fields: [])
      let count: UInt32 = try number()
      for _ in 0..<count { image.fields.append(try field()) }
      return .changed(image)
    default: throw RecordDamage()
    }
  }

  private mutating func field() throws(RecordDamage) -> FieldImage {
    let slot = Int(try varint())
    guard slot <= MemberRecord.forms else { throw RecordDamage() }
    let field: StoredField =
      slot == MemberRecord.forms ? .form(try text(), try text()) : .slot(slot)
    let length = Int(clamping: try varint())
    let old = length == 0 ? nil : try take(length - 1)
    var hash: UInt64 = 0
    for (place, byte) in try take(8).enumerated() { hash |= UInt64(byte) << UInt64(place * 8) }
    return FieldImage(field: field, old: old, newHash: hash)
  }

  private mutating func byte() throws(RecordDamage) -> UInt8 {
    guard place < bytes.count else { throw RecordDamage() }
    place += 1
    return bytes[place - 1]
  }

  private mutating func varint() throws(RecordDamage) -> UInt64 {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 63, by: 7) {
      let byte = try byte()
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
    }
    throw RecordDamage()
  }

  private mutating func number() throws(RecordDamage) -> UInt32 {
    guard let number = UInt32(exactly: try varint()) else { throw RecordDamage() }
    return number
  }

  private mutating func text() throws(RecordDamage) -> [UInt8] {
    try take(Int(clamping: try varint()))
  }

  private mutating func take(_ count: Int) throws(RecordDamage) -> [UInt8] {
    guard count <= bytes.count - place else { throw RecordDamage() }
    place += count
    return Array(bytes[(place - count)..<place])
  }
}
