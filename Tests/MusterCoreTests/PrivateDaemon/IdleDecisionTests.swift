import MusterCore
import Testing

struct IdleDecisionTests {
  @Test(
    arguments: [
      // The limit, the time without a connection (nil: one is open), the lock; what to do.
      (60, nil, false, .wait(.seconds(2))),
      (60, nil, true, .giveBack),
      (60, 0, false, .wait(.seconds(2))),
      (60, 59, false, .wait(.seconds(1))),
      (60, 59, true, .giveBack),
      (60, 60, false, .takeUseLock),
      (60, 60, true, .leave),
      (0, nil, false, .wait(.milliseconds(20))),
      (0, nil, true, .giveBack),
      (0, 0, false, .takeUseLock),
      (0, 0, true, .leave),
    ] as [(Int, Int?, Bool, IdleDecision.Step)])
  func `each thing seen has its step`(
    _ limit: Int, _ idle: Int?, _ holds: Bool, _ step: IdleDecision.Step
  ) {
    let decision = IdleDecision(
      limit: .seconds(limit), idle: idle.map { .seconds($0) }, isReachable: true,
      holdsUseLock: holds)
    #expect(decision.step == step)
  }

  @Test func `a daemon with a connection open never leaves`() {
    for (isReachable, holds) in [(true, true), (true, false), (false, true), (false, false)] {
      let decision = IdleDecision(
        limit: .zero, idle: nil, isReachable: isReachable, holdsUseLock: holds)
      #expect(decision.step != .leave && decision.step != .takeUseLock)
    }
  }

  @Test func `one that nobody can reach any more leaves without waiting`() {
    for holds in [false, true] {
      let decision = IdleDecision(
        limit: .seconds(60), idle: .zero, isReachable: false, holdsUseLock: holds)
      #expect(decision.step == .leave)
    }
  }

  @Test(arguments: [(0, 20), (1, 1_000), (60, 1_000)])
  func `it asks for a lock that was refused again after a moment`(_ limit: Int, _ pause: Int) {
    let decision = IdleDecision(
      limit: .seconds(limit), idle: .seconds(limit), isReachable: true, holdsUseLock: false)
    #expect(decision.pauseAfterRefusal == .milliseconds(pause))
  }
}
