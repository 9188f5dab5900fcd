/// What is kept in memory of every member besides its identity: 16 bytes each, by member number.
///
/// Grows block by block; a member that was never set reads as 0.
@safe final class MemberTable {
  private struct Entry {
    var fingerprint: UInt64 = 0
    var importSeq: UInt32 = 0
  }

  private static let blockMembers = 1 << 14
  private static let blocksMax = 1 << 18
  /// One address for each block that there may be: 2 MB of address space, touched as members come.
  private let blocks: UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>

  init() {
    unsafe blocks = .allocate(capacity: Self.blocksMax)
    unsafe blocks.initialize(repeating: nil, count: Self.blocksMax)
  }

  deinit {
    for place in 0..<Self.blocksMax { unsafe blocks[place]?.deallocate() }
    unsafe blocks.deallocate()
  }

  @inline(__always)
  private func entry(_ member: UInt32) -> UnsafeMutablePointer<Entry>? {
    guard let block = unsafe blocks[Int(member) >> 14] else { return nil }
    return unsafe block + (Int(member) & (Self.blockMembers - 1))
  }

  /// The fingerprint of a member's values; 0 if it is not known.
  @inline(__always)
  func fingerprint(_ member: UInt32) -> UInt64 { unsafe entry(member)?.pointee.fingerprint ?? 0 }

  /// The ledger's number of the import that last created or changed a member.
  @inline(__always)
  func importSeq(_ member: UInt32) -> UInt32 { unsafe entry(member)?.pointee.importSeq ?? 0 }

  func set(_ member: UInt32, fingerprint: UInt64, importSeq: UInt32) {
    if unsafe blocks[Int(member) >> 14] == nil {
      let made = UnsafeMutablePointer<Entry>.allocate(capacity: Self.blockMembers)
      unsafe made.initialize(repeating: Entry(), count: Self.blockMembers)
      unsafe blocks[Int(member) >> 14] = unsafe made
    }
    unsafe entry(member)?.pointee = Entry(fingerprint: fingerprint, importSeq: importSeq)
  }
}
