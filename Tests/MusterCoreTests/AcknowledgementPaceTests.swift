import Testing

@testable import MusterCore

/// The first commit is told at once, and then at most four a second.
@Suite struct AcknowledgementPaceTests {
  private static let start = ContinuousClock.now

  private static func at(_ milliseconds: Int) -> ContinuousClock.Instant {
    start + .milliseconds(milliseconds)
  }

  @Test func `the first commit is due at once`() {
    var pace = AcknowledgementPace()
    pace.note(isCommitted: false, at: Self.at(0))
    #expect(pace.due == Self.at(1_000))
    pace.note(isCommitted: true, at: Self.at(7))
    #expect(pace.due == Self.at(7))
    pace.sent(at: Self.at(8))
    #expect(pace.due == Self.at(258))
    pace.note(isCommitted: true, at: Self.at(20))
    #expect(pace.due == Self.at(258))
  }

  @Test func `where nothing is committed it is said once a second has passed`() {
    var pace = AcknowledgementPace()
    pace.note(isCommitted: false, at: Self.at(0))
    pace.note(isCommitted: false, at: Self.at(500))
    pace.sent(at: Self.at(1_000))
    #expect(pace.due == Self.at(1_250))
    // The first commit comes at once all the same, and the next one later for it.
    pace.note(isCommitted: true, at: Self.at(1_010))
    #expect(pace.due == Self.at(1_010))
    pace.sent(at: Self.at(1_010))
    #expect(pace.due == Self.at(1_510))
  }

  @Test(arguments: [1, 3, 40, 240, 999, 1_100])
  func `no second has more than four messages`(_ commitEvery: Int) {
    var pace = AcknowledgementPace()
    var sent: [Int] = []
    var isPending = false
    for now in 0..<10_000 {
      if now % 5 == 0 {
        pace.note(isCommitted: false, at: Self.at(now))
        isPending = true
      }
      if now > 0, now % commitEvery == 0 {
        pace.note(isCommitted: true, at: Self.at(now))
        isPending = true
      }
      if isPending, let due = pace.due, due <= Self.at(now) {
        sent.append(now)
        pace.sent(at: Self.at(now))
        isPending = false
      }
    }
    for first in sent { #expect(sent.count { $0 >= first && $0 < first + 1_000 } <= 4) }
    #expect(sent.count >= 30)
  }
}
