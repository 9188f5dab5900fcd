import MusterCore
import Testing

@testable import MusterStore

/// What is said of a write-ahead log, given what was known of it.
struct LogClaimTests {
  private static let claim = LogClaim(database: 7, salts: 1, frameCount: 5)

  @Test(arguments: [
    (claim, LogClaim.Log.missing, UInt64(7), LogClaim.Verdict.lost),
    (claim, .damagedHeader, 7, .lost),
    (claim, .header(salts: 1), 7, .frames(atLeast: 5)),
    // The log began anew: all that it had is in the database.
    (claim, .header(salts: 2), 7, .sound),
    // The database is another file, a backup that was put back say.
    (claim, .missing, 8, .sound),
    (LogClaim(database: 7, salts: 1, frameCount: 0), .missing, 7, .sound),
  ])
  func `a claim and a log`(
    _ claim: LogClaim, _ log: LogClaim.Log, _ database: UInt64, _ verdict: LogClaim.Verdict
  ) {
    #expect(claim.verdict(on: log, database: database) == verdict)
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
    #expect(LogClaim([]) == nil)
  }
}
