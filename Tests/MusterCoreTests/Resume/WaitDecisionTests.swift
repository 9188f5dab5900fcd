import MusterCore
import Testing

struct WaitDecisionTests {
  @Test(
    arguments: [
      // Elapsed and limit in milliseconds, whether the user was told, what the daemon asked for.
      (0, 30_000, false, nil, .wait(.milliseconds(2))),
      (100, 30_000, false, nil, .wait(.milliseconds(25))),
      (1_000, 30_000, false, nil, .wait(.milliseconds(50))),
      (1_990, 30_000, false, nil, .wait(.milliseconds(10))),
      (2_000, 30_000, false, nil, .notice),
      (9_000, 30_000, false, nil, .notice),
      (2_000, 30_000, true, nil, .wait(.milliseconds(50))),
      (29_990, 30_000, true, nil, .wait(.milliseconds(10))),
      (30_000, 30_000, true, nil, .giveUp),
      (30_000, 30_000, false, nil, .giveUp),
      (0, 0, false, nil, .giveUp),
      (990, 1_000, false, nil, .wait(.milliseconds(10))),
      (0, 30_000, false, 1_000, .wait(.milliseconds(1_000))),
      (0, 30_000, false, 5_000, .wait(.milliseconds(2_000))),
      (3_000, 30_000, true, 5_000, .wait(.milliseconds(5_000))),
      (28_000, 30_000, true, 5_000, .wait(.milliseconds(2_000))),
      (3_000, 30_000, true, 0, .wait(.milliseconds(2))),
    ] as [(Int, Int, Bool, Int?, WaitDecision.Step)])
  func `each moment has its step`(
    _ elapsed: Int, _ limit: Int, _ isNoticed: Bool, _ wanted: Int?, _ step: WaitDecision.Step
  ) {
    let decision = WaitDecision(
      elapsed: .milliseconds(elapsed), limit: .milliseconds(limit), isNoticed: isNoticed,
      wantedPause: wanted.map { .milliseconds($0) })
    #expect(decision.step == step)
  }

  @Test func `a wait says so once, at its time, and ends at its limit`() {
    var elapsed = Duration.zero
    var noticedAt: Duration?
    for _ in 0..<10_000 {
      let decision = WaitDecision(
        elapsed: elapsed, limit: .seconds(30), isNoticed: noticedAt != nil)
      switch decision.step {
      case .wait(let pause):
        #expect(pause > .zero)
        elapsed += pause
      case .notice:
        #expect(noticedAt == nil)
        noticedAt = elapsed
      case .giveUp:
        #expect(elapsed == .seconds(30) && noticedAt == WaitDecision.noticeTime)
        return
      }
    }
    Issue.record("It never ends.")
  }
}
