internal import MusterCore

/// Packs undo records one behind the other: numbers as varints, texts with their length first.
///
/// A created run is 0, first, count. A changed member is 1, its number, the earlier import, the
/// number of fields, and each field: its slot (or ``MemberRecord/forms``, form and field), the
/// length of the old value and 1 (0 for none) and its bytes, and eight bytes of hash.
struct UndoPacker {
  private(set) var bytes: [UInt8] = []

  mutating func pack(created first: UInt32, count: UInt32) {
    bytes.append(0)
    varint(UInt64(first))
    varint(UInt64(count))
  }

  /// Packs what differs between two records of a member; they must differ.
  mutating func pack(
    changed member: UInt32, importSeq: UInt32, old: UnsafePointer<CellBytes>,
    new: UnsafePointer<CellBytes>
  ) throws(RecordDamage) {
    var slots: UInt32 = 0
    for slot in 0..<MemberRecord.forms where unsafe !old[slot].hasSameBytes(as: new[slot]) {
      slots |= 1 << UInt32(slot)
    }
    let forms = unsafe try FormDocument.differences(
      old[MemberRecord.forms], new[MemberRecord.forms])
    bytes.append(1)
    varint(UInt64(member))
    varint(UInt64(importSeq))
    varint(UInt64(slots.nonzeroBitCount + forms.count))
    for slot in 0..<MemberRecord.forms where slots & (1 << UInt32(slot)) != 0 {
      varint(UInt64(slot))
      unsafe value(old[slot].count > 0 ? old[slot].buffer : nil)
      hash(unsafe FieldImage.hash(new[slot]))
    }
    for change in forms {
      varint(UInt64(MemberRecord.forms))
      text(change.form)
      text(change.field)
      unsafe change.old.withOptionalBuffer { unsafe value($0) }
      hash(FieldImage.hash(change.new ?? []))
    }
  }

  private mutating func varint(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private mutating func text(_ text: [UInt8]) {
    varint(UInt64(text.count))
    bytes += text
  }

  private mutating func value(_ value: UnsafeBufferPointer<UInt8>?) {
    guard let value = unsafe value else { return bytes.append(0) }
    varint(UInt64(value.count) + 1)
    unsafe bytes.append(contentsOf: value)
  }

  private mutating func hash(_ hash: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: hash >> UInt64(shift)))
    }
  }

  /// Forgets what is packed, and keeps the room.
  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}

extension FieldImage {
  static func hash(_ value: [UInt8]) -> UInt64 {
    var value = value
    return unsafe value.withUnsafeMutableBufferPointer {
      unsafe hash(CellBytes(count: $0.count, start: $0.baseAddress))
    }
  }
}

extension Optional where Wrapped == [UInt8] {
  fileprivate func withOptionalBuffer(_ body: (UnsafeBufferPointer<UInt8>?) -> Void) {
    guard let self else { return body(nil) }
    unsafe self.withUnsafeBufferPointer { unsafe body($0) }
  }
}
