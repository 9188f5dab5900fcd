internal import MusterCore

/// Goes through what ``UndoPacker`` packed without copying any of it.
struct UndoScan {
  private let bytes: [UInt8]
  private var place = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

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
    guard place < bytes.count else { return nil }
    let start = place
    switch try byte() {
    case 0:
      _ = try varint()
      _ = try varint()
      return (start..<place, nil)
    case 1:
      guard let member = UInt32(exactly: try varint()) else { throw RecordDamage() }
      _ = try varint()
      let fieldCount = try varint()
      guard fieldCount <= UInt64(bytes.count) else { throw RecordDamage() }
      for _ in 0..<fieldCount { try skipField() }
      return (start..<place, member)
    default: throw RecordDamage()
    }
  }

  private mutating func skipField() throws(RecordDamage) {
    if try varint() == UInt64(MemberRecord.forms) {
      try skip(try varint())
      try skip(try varint())
    }
    let length = try varint()
    if length > 0 { try skip(length - 1) }
    try skip(8)
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

  private mutating func skip(_ count: UInt64) throws(RecordDamage) {
    guard count <= UInt64(bytes.count - place) else { throw RecordDamage() }
    place += Int(count)
  }
}
