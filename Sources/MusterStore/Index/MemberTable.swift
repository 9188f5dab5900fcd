/// What is kept in memory of every member besides its identity: 12 bytes each, by member number.
///
/// Grows block by block; a member that was never set reads as 0.
@safe final class MemberTable {
  /// The fingerprints of a block's members, and the imports behind them: apart, so that neither
  /// has to be filled up to the other's size.
  @safe private struct Block {
    let fingerprints: UnsafeMutablePointer<UInt64>
    let importSeqs: UnsafeMutablePointer<UInt32>

    init() {
      unsafe fingerprints = .allocate(capacity: MemberTable.blockMembers)
      unsafe fingerprints.initialize(repeating: 0, count: MemberTable.blockMembers)
      unsafe importSeqs = .allocate(capacity: MemberTable.blockMembers)
      unsafe importSeqs.initialize(repeating: 0, count: MemberTable.blockMembers)
    }
  }

  private static let blockBits = 14
  private static let blockMembers = 1 << blockBits
  private static let blocksMax = 1 << 18
  /// One place for each block that there may be: 4 MB of address space, touched as members come.
  private let blocks: UnsafeMutablePointer<Block?>

  init() {
    unsafe blocks = .allocate(capacity: Self.blocksMax)
    unsafe blocks.initialize(repeating: nil, count: Self.blocksMax)
  }

  deinit {
    for place in 0..<Self.blocksMax {
      unsafe blocks[place]?.fingerprints.deallocate()
      unsafe blocks[place]?.importSeqs.deallocate()
    }
    unsafe blocks.deallocate()
  }

  @inline(__always)
  private static func place(_ member: UInt32) -> Int { Int(member) & (blockMembers - 1) }

  /// The fingerprint of a member's values; 0 if it is not known.
  @inline(__always)
  func fingerprint(_ member: UInt32) -> UInt64 {
    guard let block = unsafe blocks[Int(member) >> Self.blockBits] else { return 0 }
    return unsafe block.fingerprints[Self.place(member)]
  }

  /// The ledger's number of the import that last created or changed a member.
  @inline(__always)
  func importSeq(_ member: UInt32) -> UInt32 {
    guard let block = unsafe blocks[Int(member) >> Self.blockBits] else { return 0 }
    return unsafe block.importSeqs[Self.place(member)]
  }

  func set(_ member: UInt32, fingerprint: UInt64, importSeq: UInt32) {
    let block = unsafe blocks[Int(member) >> Self.blockBits] ?? Block()
    unsafe blocks[Int(member) >> Self.blockBits] = block
    unsafe block.fingerprints[Self.place(member)] = fingerprint
    unsafe block.importSeqs[Self.place(member)] = importSeq
  }
}
