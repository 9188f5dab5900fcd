import MusterCore
import Testing

struct ReconnectDecisionTests {
  @Test(
    arguments: [
      // The failure, whether it was accepted, attempts, elapsed and limit in seconds; the pause in
      // milliseconds with the least and the most jitter, nil to give up.
      (.unavailable, true, 0, 0, 30, (25, 50)),
      (.unavailable, true, 1, 0, 30, (50, 100)),
      (.unavailable, true, 5, 3, 30, (800, 1_600)),
      (.unavailable, true, 6, 5, 30, (1_000, 2_000)),
      (.unavailable, true, 1_000, 5, 30, (1_000, 2_000)),
      (.unavailable, true, 6, 29, 30, (1_000, 1_000)),
      (.unavailable, true, 6, 30, 30, nil),
      (.unavailable, true, 0, 31, 30, nil),
      (.unavailable, true, 0, 0, 0, nil),
      (.unavailable, false, 0, 0, 30, nil),
      (.runningElsewhere, false, 0, 0, 30, (25, 50)),
      (.runningElsewhere, true, 0, 0, 30, (25, 50)),
      (.runningElsewhere, true, 3, 30, 30, nil),
      (.full, false, 0, 0, 30, (25, 50)),
      (.full, true, 6, 5, 30, (1_000, 2_000)),
      (.full, false, 3, 30, 30, nil),
      (.full, false, 0, 0, 0, nil),
      (.other, true, 0, 0, 30, nil),
      (.other, false, 0, 0, 30, nil),
    ] as [(ReconnectDecision.Failure, Bool, Int, Int, Int, (Int, Int)?)])
  func `each failure has its step`(
    _ failure: ReconnectDecision.Failure, _ wasAccepted: Bool, _ attempt: Int, _ elapsed: Int,
    _ limit: Int, _ pause: (Int, Int)?
  ) {
    let decision = ReconnectDecision(
      failure: failure, wasAccepted: wasAccepted, attempt: attempt, elapsed: .seconds(elapsed),
      limit: .seconds(limit))
    let steps = [decision.step(jitter: 0), decision.step(jitter: 1)]
    guard let pause else {
      #expect(steps == [.giveUp, .giveUp])
      return
    }
    #expect(steps == [pause.0, pause.1].map { .retry(after: .milliseconds($0)) })
  }

  @Test func `whatever the jitter, the tries end when the time is over`() {
    for failure in ReconnectDecision.Failure.allCases {
      var elapsed = Duration.zero
      var attempt = 0
      while attempt < 10_000 {
        let decision = ReconnectDecision(
          failure: failure, wasAccepted: true, attempt: attempt, elapsed: elapsed,
          limit: .seconds(30))
        guard case .retry(let pause) = decision.step(jitter: .random(in: 0...1)) else { break }
        #expect(pause > .zero)
        elapsed += pause
        attempt += 1
      }
      #expect(elapsed <= .seconds(30) && attempt < 100)
    }
  }
}
