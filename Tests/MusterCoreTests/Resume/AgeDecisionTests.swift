import MusterCore
import Testing

struct AgeDecisionTests {
  @Test(
    arguments: [
      (false, 1_000_000, nil, .keep), (true, 1_000_000, nil, .mark),
      (false, 1_000_000, 900_000, .unmark), (true, 1_000_000, 1_000_000, .keep),
      (true, 1_086_399, 1_000_000, .keep), (true, 1_086_400, 1_000_000, .remove),
      // The clock was ahead when the mark was left, and is right again; or the other way round.
      (true, 1_000_000, 1_000_001, .mark), (false, 1_000_000, 9_000_000, .unmark),
    ] as [(Bool, Int, Int?, AgeDecision)])
  func `nothing goes before the clock has stood for a day`(
    _ hasOld: Bool, _ now: Int, _ markedAt: Int?, _ decision: AgeDecision
  ) {
    #expect(AgeDecision(hasOld: hasOld, now: now, markedAt: markedAt) == decision)
  }
}
