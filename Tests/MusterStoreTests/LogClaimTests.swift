import MusterCore
import Testing

@testable import MusterStore

/// What is said of a write-ahead log, given what was known of it.
struct LogClaimTests {
  private static let salts: UInt64 = 0xFFFF_FFFF << 32 | 77
  private static let claim = LogClaim(
    mark: LogClaim.Mark(store: 3, log: 4), salts: salts, frameCount: 5)
  private static let none = LogClaim(mark: nil, salts: salts, frameCount: 0)

  @Test(
    arguments: [
      (claim, nil, LogClaim.Verdict.lost),
      (claim, (salts, 5), .sound), (claim, (salts, 6), .sound),
      (claim, (salts, 4), .cut(wanted: 5)),
      // The log began anew, once and thrice: all that it had is in the database.
      (claim, (9, 0), .sound), (claim, (2 << 32 | 9, 1), .sound),
      // An older one, and another store's.
      (claim, (0xFFFF_FFFE << 32 | 9, 9), .other), (claim, (0x7000_0000 << 32, 9), .other),
      (claim, (salts + 1, 9), .other),
      (none, nil, .sound), (none, (1, 0), .sound),
    ] as [(LogClaim, (UInt64, UInt32)?, LogClaim.Verdict)])
  func `a claim and a log`(
    _ claim: LogClaim, _ log: (UInt64, UInt32)?, _ verdict: LogClaim.Verdict
  ) {
    #expect(claim.verdict(on: log.map { (salts: $0.0, frameCount: $0.1) }) == verdict)
  }

  @Test func `a claim is read as it was packed, and never with a bit flipped`() {
    let bytes = Self.claim.pack()
    #expect(bytes.count == LogClaim.byteCount)
    #expect(LogClaim(bytes) == Self.claim)
    for bit in 0..<(bytes.count * 8) {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << (bit % 8)
      #expect(LogClaim(damaged) == nil)
    }
    #expect(LogClaim(Array(bytes.dropLast())) == nil)
    #expect(LogClaim(bytes + [0]) == nil && LogClaim([]) == nil)
  }

  @Test func `the claim of a version before is read without the number of its file`() {
    // Inode 7, salts 1 and 2, five frames.
    let words: [UInt64] = [0x3147_4F4C_5254_534D, 7, 1 << 32 | 2, 5]
    let sum = words.reduce(0x243F_6A88_85A3_08D3 as UInt64) { sum, word in
      let mixed = (sum ^ word) &* 0x9E37_79B9_7F4A_7C15
      return mixed << 31 | mixed >> 33
    }
    let claim = LogClaim(LogClaim.bytes(words + [sum]))
    #expect(claim == LogClaim(mark: nil, salts: 1 << 32 | 2, frameCount: 5))
  }
}
