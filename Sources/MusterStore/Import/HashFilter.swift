internal import MusterCore

/// Tells which hashes surely did not change since the batch began: one bit for each of 2^18
/// classes.
@safe final class HashFilter {
  private static let wordCount = 1 << 12
  private let bits: UnsafeMutablePointer<UInt64>
  private var isEmpty = true

  init() {
    unsafe bits = .allocate(capacity: Self.wordCount)
    unsafe bits.initialize(repeating: 0, count: Self.wordCount)
  }

  deinit { unsafe bits.deallocate() }

  func reset() {
    guard !isEmpty else { return }
    unsafe bits.update(repeating: 0, count: Self.wordCount)
    isEmpty = true
  }

  func insert(_ hash: UInt64) {
    unsafe bits[Int(truncatingIfNeeded: hash >> 6) & (Self.wordCount - 1)] |= 1 << (hash & 63)
    isEmpty = false
  }

  @inline(__always)
  private func mayContain(_ hash: UInt64) -> Bool {
    unsafe bits[Int(truncatingIfNeeded: hash >> 6) & (Self.wordCount - 1)] & (1 << (hash & 63)) != 0
  }

  /// Whether one of the row's identifiers may have changed hands.
  @inline(__always)
  func mayContain(_ row: UnsafePointer<CheckedRow>) -> Bool {
    if isEmpty { return false }
    return unsafe mayContain(row.pointee.emailHash) || mayContain(row.pointee.phoneHash)
      || mayContain(row.pointee.externalIDHash)
  }
}
