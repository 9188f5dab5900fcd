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
  private static let blocksAtFirst = 16
  /// A place for each block that has been needed so far, and some more.
  private var blocks: UnsafeMutablePointer<Block?>
  private var placeCount = MemberTable.blocksAtFirst
  /// Bytes of memory.
  private(set) var byteCount = MemberTable.blocksAtFirst * MemoryLayout<Block?>.stride

  init() {
    unsafe blocks = .allocate(capacity: Self.blocksAtFirst)
    unsafe blocks.initialize(repeating: nil, count: Self.blocksAtFirst)
  }

  deinit {
    for place in 0..<placeCount {
      unsafe blocks[place]?.fingerprints.deallocate()
      unsafe blocks[place]?.importSeqs.deallocate()
    }
    unsafe blocks.deallocate()
  }

  @inline(__always)
  private static func place(_ member: UInt32) -> Int { Int(member) & (blockMembers - 1) }

  @inline(__always)
  private func block(_ member: UInt32) -> Block? {
    let place = Int(member) >> Self.blockBits
    return place < placeCount ? unsafe blocks[place] : nil
  }

  /// The fingerprint of a member's values; 0 if it is not known.
  @inline(__always)
  func fingerprint(_ member: UInt32) -> UInt64 {
    guard let block = block(member) else { return 0 }
    return unsafe block.fingerprints[Self.place(member)]
  }

  /// The ledger's number of the import that last created or changed a member.
  @inline(__always)
  func importSeq(_ member: UInt32) -> UInt32 {
    guard let block = block(member) else { return 0 }
    return unsafe block.importSeqs[Self.place(member)]
  }

  func set(_ member: UInt32, fingerprint: UInt64, importSeq: UInt32) {
    let block = block(member) ?? makeBlock(Int(member) >> Self.blockBits)
    unsafe block.fingerprints[Self.place(member)] = fingerprint
    unsafe block.importSeqs[Self.place(member)] = importSeq
  }

  private func makeBlock(_ place: Int) -> Block {
    if place >= placeCount { makePlaces(min(max(placeCount * 2, place + 1), Self.blocksMax)) }
    let block = Block()
    unsafe blocks[place] = block
    byteCount += Self.blockMembers * (MemoryLayout<UInt64>.stride + MemoryLayout<UInt32>.stride)
    return block
  }

  private func makePlaces(_ count: Int) {
    let more = UnsafeMutablePointer<Block?>.allocate(capacity: count)
    unsafe more.initialize(repeating: nil, count: count)
    unsafe more.update(from: blocks, count: placeCount)
    unsafe blocks.deallocate()
    unsafe blocks = more
    byteCount += (count - placeCount) * MemoryLayout<Block?>.stride
    placeCount = count
  }
}
