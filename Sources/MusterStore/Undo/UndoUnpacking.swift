internal import MusterCore

/// Reads what ``UndoPacker`` packed.
struct UndoUnpacker {
  private var reader: PackedReader

  /// All records with the places where they begin, in the order in which they were packed.
  ///
  /// - Throws: `RecordDamage` for bytes that no packer made.
  static func records(
    of bytes: [UInt8]
  ) throws(RecordDamage) -> [(place: Int, record: UndoRecord)] {
    var unpacker = UndoUnpacker(reader: PackedReader(bytes))
    var records: [(Int, UndoRecord)] = []
    while !unpacker.reader.isAtEnd {
      records.append((unpacker.reader.place, try unpacker.record()))
    }
    return records
  }

  private mutating func record() throws(RecordDamage) -> UndoRecord {
    switch try reader.byte() {
    case 0:
      let first = try reader.number()
      let count = try reader.number()
      guard count > 0, !first.addingReportingOverflow(count).overflow else { throw RecordDamage() }
      return .created(first: first, count: count)
    case 1:
      var image = BeforeImage(
        member: try reader.number(), importSeq: try reader.number(), fields: [])
      let count = try reader.number()
      for _ in 0..<count { image.fields.append(try field()) }
      return .changed(image)
    default: throw RecordDamage()
    }
  }

  private mutating func field() throws(RecordDamage) -> FieldImage {
    let slot = Int(clamping: try reader.varint())
    guard slot <= MemberRecord.forms else { throw RecordDamage() }
    let field: StoredField =
      slot == MemberRecord.forms ? .form(try text(), try text()) : .slot(slot)
    let length = try reader.varint()
    let old = length == 0 ? nil : try reader.take(length - 1)
    var hash: UInt64 = 0
    for (place, byte) in try reader.take(8).enumerated() {
      hash |= UInt64(byte) << UInt64(place * 8)
    }
    return FieldImage(field: field, old: old, newHash: hash)
  }

  private mutating func text() throws(RecordDamage) -> [UInt8] {
    try reader.take(try reader.varint())
  }
}
