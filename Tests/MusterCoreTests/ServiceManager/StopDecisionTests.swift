import Testing

@testable import MusterCore

/// A daemon that stops waits for its calls, and for nothing else.
@Suite struct StopDecisionTests {
  @Test(arguments: [
    // Told to stop just now: what has just come may still begin, however long nothing ran.
    (0, 3_600_000, false), (1_999, 3_600_000, false), (2_000, 3_600_000, true),
    // The last call ended at 3 s.
    (3_000, 0, false), (4_999, 1_999, false), (5_000, 2_000, true), (60_000, 57_000, true),
  ])
  func `without calls it leaves once their clients have had time to read`(
    _ elapsed: Int, _ idle: Int, _ leaves: Bool
  ) {
    let decision = StopDecision(
      elapsed: .milliseconds(elapsed), callIdleTime: .milliseconds(idle))
    #expect((decision.step == .leave) == leaves)
    #expect(leaves || decision.step == .wait(StopDecision.pause))
  }

  @Test(arguments: [0, 7_999, 60_000])
  func `while a call runs it waits`(_ elapsed: Int) {
    let decision = StopDecision(elapsed: .milliseconds(elapsed), callIdleTime: nil)
    #expect(decision.step == .wait(StopDecision.pause))
  }

  @Test func `the whole stop is over within ten seconds`() {
    #expect(StopDecision.partingTime < StopDecision.callsTimeMax)
    #expect(StopDecision.callsTimeMax <= .seconds(9))
  }
}
