import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

struct IdentityIndexTests {
  typealias Identifier = IdentityIndex.Identifier

  /// All that can be seen of an index.
  struct Snapshot: Equatable {
    var members: [[UInt32]]
    var counts: [Int]
    var fingerprints: [UInt64]
    var importSeqs: [UInt32]
    var lastMember: UInt32

    init(_ index: IdentityIndex, hashes: [UInt64], memberMax: UInt32) {
      members = Identifier.allCases.flatMap { identifier in
        hashes.map { index.table(identifier).all($0) }
      }
      counts = Identifier.allCases.map { index.table($0).count }
      fingerprints = (0...memberMax).map { index.fingerprint($0) }
      importSeqs = (0...memberMax).map { index.importSeq($0) }
      lastMember = index.lastMember
    }
  }

  /// One random change, of those that the writer makes.
  static func change(
    _ index: IdentityIndex, hashes: [UInt64], entries: inout Set<[UInt64]>,
    using random: inout SeededGenerator
  ) {
    guard index.lastMember > 0, !random.isOnce(in: 4) else {
      let member = index.makeMember()
      index.set(
        member, fingerprint: random.next() | 1, importSeq: .random(in: 1...9, using: &random))
      return
    }
    let member = UInt32.random(in: 1...index.lastMember, using: &random)
    let identifier = Identifier.allCases.randomElement(using: &random) ?? .email
    switch Int.random(in: 0..<3, using: &random) {
    case 0:
      index.set(
        member, fingerprint: random.next() | 1, importSeq: .random(in: 1...9, using: &random))
    case 1:
      let hash = hashes.randomElement(using: &random) ?? 1
      let entry = [UInt64(identifier.rawValue), hash >> 32, UInt64(member)]
      if entries.insert(entry).inserted { index.insert(identifier, hash, member) }
    default:
      // What is there, or what is not.
      let hash = hashes.randomElement(using: &random) ?? 1
      entries.remove([UInt64(identifier.rawValue), hash >> 32, UInt64(member)])
      index.remove(identifier, hash, member)
    }
  }

  @Test("a rollback restores everything, a commit keeps everything", arguments: 0..<8)
  func rollback(round: Int) {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed &+ UInt64(round))
    let comment: Comment = "MUSTER_TEST_SEED=\(seed), round \(round)"
    let hashes = (0..<40).map { _ in random.next() & 0x8000_0007_FFFF_FFFF }
    let index = IdentityIndex(seed: HashSeed(first: 1, second: 2, mask: .max))
    var entries: Set<[UInt64]> = []
    index.begin()
    for _ in 0..<40 {
      let before = Snapshot(index, hashes: hashes, memberMax: 1_500)
      let entriesBefore = entries
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        Self.change(index, hashes: hashes, entries: &entries, using: &random)
      }
      if .random(using: &random) {
        let after = Snapshot(index, hashes: hashes, memberMax: 1_500)
        index.begin()
        #expect(index.journalCount == 0, comment)
        // What was committed is not taken back by a later rollback.
        index.rollback()
        #expect(Snapshot(index, hashes: hashes, memberMax: 1_500) == after, comment)
      } else {
        index.rollback()
        entries = entriesBefore
        #expect(Snapshot(index, hashes: hashes, memberMax: 1_500) == before, comment)
      }
    }
  }

  @Test("a member that was made and taken back leaves no trace for the next of its number")
  func numbersAreUsedAgain() {
    let index = IdentityIndex()
    index.begin()
    let member = index.makeMember()
    index.set(member, fingerprint: 5, importSeq: 6)
    index.rollback()
    #expect(index.lastMember == 0)
    #expect(index.makeMember() == member)
    #expect(index.fingerprint(member) == 0)
    #expect(index.importSeq(member) == 0)
  }

  @Test("emails of one key have one hash, and nothing else has")
  func emailHashes() {
    let index = IdentityIndex()
    func hash(_ text: String, _ identifier: Identifier = .email) -> UInt64 {
      let scratch = ByteScratch()
      return unsafe index.hash(identifier, scratch.copy(Array(text.utf8)))
    }
    #expect(hash("Anna@X.org") == hash("anna@x.ORG"))
    #expect(hash("zo\u{EB}@x.org") == hash("Zoe\u{308}@X.org"))
    #expect(hash("\u{212A}im@x.org") == hash("kim@x.org"))
    #expect(hash("zo\u{EB}@x.org") != hash("zo\u{CB}@x.org"))
    #expect(hash("E1", .externalID) != hash("e1", .externalID))
    #expect(hash("+15550001", .phone) != hash("+15550001", .externalID))
    #expect(hash("") == 0)
  }

  @Test("members are loaded with their identifiers and imports, and without a fingerprint")
  func loading() {
    let index = IdentityIndex()
    let scratch = ByteScratch()
    let email = unsafe scratch.copy(Array("Anna@x.org".utf8))
    let phone = unsafe scratch.copy(Array("+15550001".utf8))
    unsafe index.load(7, identifiers: (email, phone, .blank), importSeq: 3)
    unsafe index.load(20_000, identifiers: (.blank, .blank, email), importSeq: 4)
    index.finishLoading()
    let other = unsafe scratch.copy(Array("aNNA@x.org".utf8))
    unsafe #expect(index.email.all(index.hash(.email, other)) == [7])
    unsafe #expect(index.phone.all(index.hash(.phone, phone)) == [7])
    unsafe #expect(index.externalID.all(index.hash(.externalID, email)) == [20_000])
    #expect(index.importSeq(7) == 3)
    #expect(index.fingerprint(7) == 0)
    #expect(index.importSeq(20_000) == 4)
    #expect(index.lastMember == 20_000)
    index.rollback()
    #expect(index.lastMember == 20_000)
    #expect(index.email.count == 1)
  }

  @Test("many members are all found once loaded, with and without room made for them")
  func manyLoaded() {
    for hasRoom in [false, true] {
      let index = IdentityIndex()
      let scratch = ByteScratch()
      func key(_ member: UInt32) -> CellBytes {
        unsafe scratch.copy(Array("id-\(member)".utf8))
      }
      for member in UInt32(1)...50_000 {
        if hasRoom && member == 1_000 { index.reserve(times: 50) }
        unsafe index.load(member, identifiers: (.blank, .blank, key(member)), importSeq: 1)
      }
      index.finishLoading()
      #expect(index.externalID.count == 50_000 && index.email.count == 0)
      let lost = (UInt32(1)...50_000).filter {
        unsafe !index.externalID.all(index.hash(.externalID, key($0))).contains($0)
      }
      #expect(lost == [])
    }
  }
}
