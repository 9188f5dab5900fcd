import MusterTestSupport
import Testing

@testable import MusterStore

/// The table against a dictionary.
struct IdentityTableTests {
  /// The reference: which members have a tag.
  struct Reference {
    var members: [UInt64: Set<UInt32>] = [:]
    var pairs: [(hash: UInt64, member: UInt32)] = []

    mutating func insert(_ hash: UInt64, _ member: UInt32) -> Bool {
      guard members[hash >> 32, default: []].insert(member).inserted else { return false }
      pairs.append((hash, member))
      return true
    }

    mutating func removeRandom(using random: inout SeededGenerator) -> (UInt64, UInt32)? {
      guard let place = pairs.indices.randomElement(using: &random) else { return nil }
      pairs.swapAt(place, pairs.count - 1)
      let pair = pairs.removeLast()
      members[pair.hash >> 32]?.remove(pair.member)
      return pair
    }
  }

  /// Masks: all bits, few tags, few segments, one segment, tags at the ends of segments, no tag.
  static let masks: [UInt64] = [
    .max, 0x0000_00FF_0000_0000, 0xFF00_0000_0000_0000, 0x000F_FFFF_0000_0000,
    0x800F_FFF0_0000_0000, 0x000F_F000_0000_0000, 0,
  ]

  @Test("random inserts, removals and searches give what a dictionary gives", arguments: masks)
  func agreesWithDictionary(mask: UInt64) {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed)
    let comment: Comment = "MUSTER_TEST_SEED=\(seed), mask \(String(mask, radix: 16))"
    let table = IdentityTable()
    var reference = Reference()
    for step in 0..<6_000 {
      // It grows, then shrinks, then grows again.
      let removesOften = (2_000..<4_000).contains(step)
      if random.isOnce(in: removesOften ? 2 : 6), let pair = reference.removeRandom(using: &random)
      {
        #expect(table.remove(pair.0, pair.1), comment)
        #expect(!table.remove(pair.0, pair.1), comment)
      } else {
        let hash = random.next() & mask
        let member = UInt32.random(in: 1...4_000_000_000, using: &random)
        if reference.insert(hash, member) { table.insert(hash, member) }
      }
      let hash = (reference.pairs.randomElement(using: &random)?.hash ?? 0) ^ random.nearMiss()
      let expected = (reference.members[hash >> 32] ?? []).sorted()
      #expect(table.all(hash) == expected, comment)
      #expect(table.first(hash) == expected.first ?? 0, comment)
    }
    #expect(table.count == reference.pairs.count, comment)
    for (tag, members) in reference.members {
      #expect(table.all(tag << 32) == members.sorted(), comment)
    }
  }

  @Test(
    "thousands of members may share one tag", arguments: [0, 0xFFFF_FFFF, 0x000F_FFFF] as [UInt64])
  func equalTags(tag: UInt64) {
    let table = IdentityTable()
    let hash = tag << 32 | 7
    let members = Array(UInt32(1)...3_000)
    for member in members.shuffled() { table.insert(hash, member) }
    #expect(table.all(hash) == members)
    #expect(table.first(hash) == 1)
    // Neighbours are found, or not, on both sides of the run.
    if tag > 0 { #expect(table.all((tag - 1) << 32).isEmpty) }
    if tag < 0xFFFF_FFFF { #expect(table.first((tag + 1) << 32) == 0) }
    for member in members.shuffled() where member.isMultiple(of: 2) {
      #expect(table.remove(hash, member))
    }
    #expect(table.all(hash) == members.filter { !$0.isMultiple(of: 2) })
    for member in members where !member.isMultiple(of: 2) { table.remove(hash, member) }
    #expect(table.count == 0)
    #expect(table.first(hash) == 0)
  }

  @Test("a pair that is not there cannot be removed")
  func removingNothing() {
    let table = IdentityTable()
    #expect(!table.remove(5 << 32, 1))
    table.insert(5 << 32, 2)
    #expect(!table.remove(5 << 32, 1))
    #expect(!table.remove(5 << 32, 3))
    #expect(!table.remove(6 << 32, 2))
    #expect(table.all(5 << 32) == [2])
  }

  @Test("the largest tag and member number are kept")
  func largestEntry() {
    let table = IdentityTable()
    table.insert(.max, .max)
    table.insert(.max, 1)
    #expect(table.all(.max) == [1, .max])
    #expect(table.remove(.max, .max))
    #expect(table.all(.max) == [1])
  }
}

extension SeededGenerator {
  /// Mostly nothing, else one bit of a hash.
  fileprivate mutating func nearMiss() -> UInt64 {
    isOnce(in: 3) ? 1 << UInt64.random(in: 0..<64, using: &self) : 0
  }
}
