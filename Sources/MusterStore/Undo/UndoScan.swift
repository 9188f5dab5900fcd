internal import MusterCore

/// Goes through what ``UndoPacker`` packed without copying any of it.
struct UndoScan {
  private var reader: PackedReader

  private init(_ bytes: [UInt8]) { reader = PackedReader(bytes) }

  /// Whether a blob has anything that one of these members held.
  static func hasImages(
    of members: Set<UInt32>, in blob: [UInt8]
  ) throws(RecordDamage) -> Bool {
    var scan = UndoScan(blob)
    while let record = try scan.next() {
      if let member = record.changed, members.contains(member) { return true }
    }
    return false
  }

  /// What is left of a blob without what these members held.
  static func rest(
    of blob: [UInt8], without members: Set<UInt32>
  ) throws(RecordDamage) -> [UInt8] {
    var scan = UndoScan(blob)
    var rest: [UInt8] = []
    while let record = try scan.next() {
      if let member = record.changed, members.contains(member) { continue }
      rest += blob[record.range]
    }
    return rest
  }

  /// The next record: where it is, and the member that it is the before-image of, if it is one.
  private mutating func next() throws(RecordDamage) -> (range: Range<Int>, changed: UInt32?)? {
    guard !reader.isAtEnd else { return nil }
    let start = reader.place
    switch try reader.byte() {
    case 0:
      _ = try reader.varint()
      _ = try reader.varint()
      return (start..<reader.place, nil)
    case 1:
      let member = try reader.number()
      _ = try reader.varint()
      let fieldCount = try reader.varint()
      guard fieldCount <= UInt64(reader.remainingCount) else { throw RecordDamage() }
      for _ in 0..<fieldCount { try skipField() }
      return (start..<reader.place, member)
    default: throw RecordDamage()
    }
  }

  private mutating func skipField() throws(RecordDamage) {
    if try reader.varint() == UInt64(MemberRecord.forms) {
      try reader.skip(try reader.varint())
      try reader.skip(try reader.varint())
    }
    let length = try reader.varint()
    if length > 0 { try reader.skip(length - 1) }
    try reader.skip(8)
  }
}
