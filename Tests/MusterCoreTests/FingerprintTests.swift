import MusterCore
import MusterTestSupport
import Testing

struct FingerprintTests {
  static func hash(
    _ bytes: [UInt8], tag: UInt64 = 0, seed: HashSeed, folds: Bool = false
  ) -> UInt64 {
    unsafe bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return unsafe KeyedHash.hash(
        start, count: buffer.count, tag: tag, seed: seed, foldsASCII: folds)
    }
  }

  @Test("a hash that folds is the hash of the text in lower case, at every length")
  func folding() {
    let seed = testSeed()
    var random = SeededGenerator(seed: seed)
    let hashSeed = HashSeed(first: random.next(), second: random.next(), mask: .max)
    for count in 1...100 {
      for _ in 0..<20 {
        // Bytes around the letters, and everything else.
        let bytes = (0..<count).map { _ in
          Bool.random(using: &random)
            ? UInt8.random(in: 0x3E...0x7C, using: &random)
            : UInt8.random(in: 0...255, using: &random)
        }
        let lower = bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
        #expect(
          Self.hash(bytes, seed: hashSeed, folds: true) == Self.hash(lower, seed: hashSeed),
          "MUSTER_TEST_SEED=\(seed), \(bytes)")
        #expect(
          Self.hash(lower, seed: hashSeed, folds: true) == Self.hash(lower, seed: hashSeed))
        if bytes != lower {
          #expect(Self.hash(bytes, seed: hashSeed) != Self.hash(lower, seed: hashSeed))
        }
      }
    }
  }

  @Test("every byte of a text and its length count, at every length")
  func everyByteCounts() {
    let hashSeed = HashSeed(first: 0x1234_5678_9ABC_DEF1, second: 0xFEDC_BA98_7654_3211, mask: .max)
    for count in 1...100 {
      let bytes = (0..<count).map { UInt8($0 &* 37 & 0xFF) | 1 }
      let hash = Self.hash(bytes, seed: hashSeed)
      var all: Set<UInt64> = [hash]
      for place in 0..<count {
        var other = bytes
        other[place] ^= 1
        #expect(all.insert(Self.hash(other, seed: hashSeed)).inserted, "\(count) \(place)")
      }
      #expect(all.insert(Self.hash(bytes + [0], seed: hashSeed)).inserted)
      #expect(all.insert(Self.hash(bytes.dropLast() + [0, 0], seed: hashSeed)).inserted)
    }
  }

  @Test("no two tags, and no two seeds, give a text the same hash")
  func tagsAndSeeds() {
    for text in ["", "a", "1", "true", "anna@x.org", String(repeating: "n", count: 40)] {
      let bytes = Array(text.utf8) + [0]
      let seed = HashSeed(first: 11, second: 12, mask: .max)
      let hashes = Set((0...64).map { Self.hash(bytes, tag: UInt64($0), seed: seed) })
      #expect(hashes.count == 65)
      let other = HashSeed(first: 13, second: 12, mask: .max)
      #expect(Self.hash(bytes, seed: seed) != Self.hash(bytes, seed: other))
      #expect(Self.hash(bytes, seed: HashSeed()) != Self.hash(bytes, seed: HashSeed()))
    }
  }

  @Test("a hash is never 0, whatever the mask leaves of it")
  func neverZero() {
    for mask in [0, 1, 0xFFFF_FFFF, .max] as [UInt64] {
      let seed = HashSeed(first: 1, second: 2, mask: mask)
      for number in 0..<2_000 { #expect(Self.hash(Array("\(number)".utf8), seed: seed) != 0) }
    }
  }

  /// The fingerprint of a record with these values.
  static func fingerprint(_ values: [Int: String]) -> UInt64 {
    let scratch = ByteScratch()
    var record = unsafe [CellBytes](repeating: .blank, count: MemberRecord.slotCount)
    for (slot, text) in values { unsafe record[slot] = unsafe scratch.copy(Array(text.utf8)) }
    return unsafe Fingerprint.of(&record, seed: HashSeed(first: 5, second: 6, mask: .max))
  }

  @Test("a fingerprint tells which field has which value")
  func records() {
    let records: [[Int: String]] = [
      [:], [0: "a"], [1: "a"], [2: "a"], [3: "a"], [10: "a"], [3: "a", 4: "b"], [3: "b", 4: "a"],
      [3: "ab"], [3: "a", 4: "a"], [7: "1"], [8: "1"], [9: "1"], [7: "1", 8: "1"], [7: "0"],
    ]
    #expect(Set(records.map(Self.fingerprint)).count == records.count)
    #expect(!records.map(Self.fingerprint).contains(0))
  }

  @Test("a row and the member that it makes have the same fingerprint")
  func rowAndMember() throws {
    let columns = ["notify_sms", "email", "labels", "form.f.b", "name", "form.f.a"]
    let catalogue = Catalogue(
      labels: ["x", "y"],
      forms: [
        Form(
          slug: "f",
          fields: [FormField(slug: "a", type: .text), FormField(slug: "b", type: .text)])
      ])
    let checking = try Checking(columns, catalogue: catalogue)
    let chunk = checking.check([["TRUE", "Zoë@x.org", "y; x", "\"", "n", "é"]])
    #expect(chunk.faults == [])
    let merge = MemberMerge(
      plan: checking.plan, options: ImportOptions(), catalogue: catalogue)
    var record = unsafe [CellBytes](repeating: .blank, count: MemberRecord.slotCount)
    let faults = unsafe try merge.create(
      chunk.values(ofRow: 0), chunk.row(0), into: &record, rowNumber: 1)
    #expect(faults == [])
    unsafe #expect(chunk.row(0).pointee.fingerprint == Fingerprint.of(&record, seed: Checking.seed))
  }
}
