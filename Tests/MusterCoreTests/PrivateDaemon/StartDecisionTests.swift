import MusterCore
import Testing

struct StartDecisionTests {
  private static let both = [false, true]

  private static let all: [StartDecision] = both.flatMap { serves in
    both.flatMap { holds in
      both.flatMap { taken in
        both.flatMap { overdue in
          ([.none, .running, .ended] as [StartDecision.Started]).map { started in
            StartDecision(
              serves: serves, holdsStartLock: holds, isDataTaken: taken, started: started,
              isOverdue: overdue)
          }
        }
      }
    }
  }

  @Test func `a daemon that serves is used, whatever else is seen`() {
    for decision in Self.all { #expect((decision.step == .use) == decision.serves) }
  }

  @Test func `only the holder of the start lock starts one, once, where no other owns the data`() {
    for decision in Self.all where decision.step == .start {
      #expect(decision.holdsStartLock && decision.started == .none && !decision.isDataTaken)
    }
  }

  @Test func `no wait goes on when its time is over`() {
    for decision in Self.all where decision.isOverdue {
      #expect(decision.step != .wait && decision.step != .takeStartLock)
    }
  }

  @Test(
    arguments: [
      // The start lock, the data, the daemon started, the time; what to do.
      (false, false, .none, false, .takeStartLock),
      (false, false, .none, true, .fail(.startedElsewhere)),
      (true, false, .none, false, .start),
      (true, false, .none, true, .start),
      (true, true, .none, false, .wait),
      (true, true, .none, true, .fail(.dataTaken)),
      (true, false, .running, false, .wait),
      (true, false, .running, true, .fail(.slow)),
      (true, false, .ended, false, .fail(.ended)),
      (true, false, .ended, true, .fail(.ended)),
      // Another one was faster: of a command that was killed while it started it.
      (true, true, .ended, false, .wait),
      (true, true, .ended, true, .fail(.dataTaken)),
    ] as [(Bool, Bool, StartDecision.Started, Bool, StartDecision.Step)])
  func `each thing seen has its step`(
    _ holds: Bool, _ taken: Bool, _ started: StartDecision.Started, _ overdue: Bool,
    _ step: StartDecision.Step
  ) {
    let decision = StartDecision(
      serves: false, holdsStartLock: holds, isDataTaken: taken, started: started,
      isOverdue: overdue)
    #expect(decision.step == step)
  }
}
