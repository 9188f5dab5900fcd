/// What is kept in memory of every member besides its identity: 12 bytes each, by member number.
///
/// Grows block by block; a member that was never set reads as 0.
@safe final class MemberTable {
  @safe private struct Block {
    var fingerprints: UnsafeMutablePointer<UInt64>
    var importSeqs: UnsafeMutablePointer<UInt32>
  }

  private static let blockMembers = 1 << 14
  private var blocks: [Block?] = []

  init() {}

  deinit {
    for place in blocks.indices {
      unsafe blocks[place]?.fingerprints.deallocate()
      unsafe blocks[place]?.importSeqs.deallocate()
    }
  }

  /// The fingerprint of a member's values; 0 if it is not known.
  @inline(__always)
  func fingerprint(_ member: UInt32) -> UInt64 {
    let place = Int(member) >> 14
    guard place < blocks.count, let block = blocks[place] else { return 0 }
    return unsafe block.fingerprints[Int(member) & (Self.blockMembers - 1)]
  }

  /// The ledger's number of the import that last created or changed a member.
  @inline(__always)
  func importSeq(_ member: UInt32) -> UInt32 {
    let place = Int(member) >> 14
    guard place < blocks.count, let block = blocks[place] else { return 0 }
    return unsafe block.importSeqs[Int(member) & (Self.blockMembers - 1)]
  }

  func set(_ member: UInt32, fingerprint: UInt64, importSeq: UInt32) {
    let block = block(of: member)
    unsafe block.fingerprints[Int(member) & (Self.blockMembers - 1)] = fingerprint
    unsafe block.importSeqs[Int(member) & (Self.blockMembers - 1)] = importSeq
  }

  private func block(of member: UInt32) -> Block {
    let place = Int(member) >> 14
    while blocks.count <= place { blocks.append(nil) }
    if let block = blocks[place] { return block }
    let made = unsafe Block(
      fingerprints: .allocate(capacity: Self.blockMembers),
      importSeqs: .allocate(capacity: Self.blockMembers))
    unsafe made.fingerprints.initialize(repeating: 0, count: Self.blockMembers)
    unsafe made.importSeqs.initialize(repeating: 0, count: Self.blockMembers)
    blocks[place] = made
    return made
  }
}
