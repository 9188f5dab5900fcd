internal import MusterCore

/// Tells which hashes surely did not change since the batch began: one bit for each of 2^18 classes.
struct HashFilter {
  private var bits = [UInt64](repeating: 0, count: 1 << 12)
  private var isEmpty = true

  mutating func reset() {
    guard !isEmpty else { return }
    for place in bits.indices { bits[place] = 0 }
    isEmpty = true
  }

  mutating func insert(_ hash: UInt64) {
    bits[Int(truncatingIfNeeded: hash >> 6) & 0xFFF] |= 1 << (hash & 63)
    isEmpty = false
  }

  @inline(__always)
  private func mayContain(_ hash: UInt64) -> Bool {
    bits[Int(truncatingIfNeeded: hash >> 6) & 0xFFF] & (1 << (hash & 63)) != 0
  }

  /// Whether one of the row's identifiers may have changed hands.
  @inline(__always)
  func mayContain(_ row: UnsafePointer<CheckedRow>) -> Bool {
    if isEmpty { return false }
    return unsafe mayContain(row.pointee.emailHash) || mayContain(row.pointee.phoneHash)
      || mayContain(row.pointee.externalIDHash)
  }
}
