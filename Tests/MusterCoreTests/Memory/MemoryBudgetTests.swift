import MusterCore
import Testing

/// The rule that divides the daemon's memory: order, shares, what is kept for whom.
@Suite struct MemoryBudgetTests {
  private static let plan = MemoryPlan(
    bytesMax: 100, keptBytes: [.unpacked: 40, .checked: 10, .answers: 10], ownerKeptBytes: 8)
  private var budget = MemoryBudget(plan: plan)
  private var number: UInt64 = 0

  private mutating func make(
    _ byteCount: Int, _ stage: MemoryStage, user: UInt32 = 1, isOwner: Bool = false
  ) -> MemoryClaim {
    number += 1
    return MemoryClaim(
      id: number, user: user, isOwner: isOwner, stage: stage, byteCount: byteCount)
  }

  @Test(
    "a claim is at most what is not kept for later stages and for owners",
    arguments: [
      (MemoryStage.received, false, 32), (.received, true, 40), (.unpacked, false, 72),
      (.checked, false, 82), (.answers, false, 92), (.answers, true, 100),
    ])
  func mostOfOneClaim(stage: MemoryStage, isOwner: Bool, most: Int) {
    var scene = self
    #expect(Self.plan.claimBytesMax(stage, isOwner: isOwner) == most)
    let fitting = scene.make(most, stage, isOwner: isOwner)
    #expect(scene.budget.claim(fitting) == .granted)
    _ = scene.budget.release(fitting)
    #expect(scene.budget.claim(scene.make(most + 1, stage, isOwner: isOwner)) == .refused)
    #expect(scene.budget.usedBytes == 0)
  }

  @Test mutating func `claims of one user are granted in their order`() {
    let first = make(20, .received)
    #expect(budget.claim(first) == .granted)
    let second = make(20, .received)
    #expect(budget.claim(second) == .waits)
    let third = make(1, .received)
    #expect(budget.claim(third) == .waits, "a small one does not overtake")
    #expect(budget.release(first) == [second, third])
    #expect(budget.waitingCount == 0)
  }

  @Test mutating func `whoever holds memory of a stage gets some of the next one`() {
    let received = make(24, .received)
    #expect(budget.claim(received) == .granted)
    #expect(budget.claim(make(24, .received)) == .waits)
    let unpacked = make(40, .unpacked)
    #expect(budget.claim(unpacked) == .granted)
    #expect(budget.claim(make(10, .checked)) == .granted)
    #expect(budget.claim(make(10, .answers)) == .granted)
  }

  @Test mutating func `one user leaves a quarter to others, and half as soon as they want it`() {
    let first = make(10, .received)
    #expect(budget.claim(first) == .granted)
    let second = make(14, .received)
    #expect(budget.claim(second) == .granted)
    let third = make(4, .received)
    #expect(budget.claim(third) == .waits, "24 of 32 is the share")
    let other = make(8, .received, user: 2)
    #expect(budget.claim(other) == .granted)
    let waiting = make(8, .received, user: 2)
    #expect(budget.claim(waiting) == .waits)
    #expect(budget.release(first) == [waiting], "not the one of the user who has 14 of 32")
    #expect(budget.release(other) == [third])
  }

  @Test mutating func `what is kept for owners is for owners`() {
    #expect(budget.claim(make(16, .received)) == .granted)
    #expect(budget.claim(make(16, .received, user: 2)) == .granted)
    #expect(budget.claim(make(1, .received, user: 3)) == .waits)
    #expect(budget.claim(make(8, .received, user: 0, isOwner: true)) == .waits, "behind the other")
  }

  @Test mutating func `a claim that gives up lets those behind it pass`() {
    let first = make(20, .received)
    #expect(budget.claim(first) == .granted)
    let large = make(20, .received)
    #expect(budget.claim(large) == .waits)
    let small = make(4, .received)
    #expect(budget.claim(small) == .waits)
    #expect(budget.cancel(large) == [small])
    #expect(budget.usedBytes == 24)
  }

  @Test mutating func `what is counted afterwards may be over the bound, and nothing else then`() {
    let forced = make(120, .answers)
    budget.force(forced)
    let next = make(1, .answers, user: 2)
    #expect(budget.claim(next) == .waits)
    #expect(budget.claim(make(1, .checked, user: 3), waits: false) == .refused)
    #expect(budget.release(forced) == [next])
  }

  @Test func `random claims of every kind all come to be granted`() {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededRandom(seed: seed)
    var scene = self
    var held: [MemoryClaim] = []
    var waiting: [UInt64: MemoryClaim] = [:]
    for _ in 0..<5_000 {
      if held.isEmpty || Bool.random(using: &generator) {
        let stage = MemoryStage.allCases.randomElement(using: &generator) ?? .received
        let claim = scene.make(
          Int.random(in: 0...10, using: &generator), stage,
          user: UInt32.random(in: 0...3, using: &generator))
        if scene.budget.claim(claim) == .granted {
          held.append(claim)
        } else {
          waiting[claim.id] = claim
        }
      } else {
        let place = Int.random(in: 0..<held.count, using: &generator)
        let granted = scene.budget.release(held.remove(at: place))
        for claim in granted { #expect(waiting.removeValue(forKey: claim.id) == claim) }
        held += granted
      }
      let sum = held.reduce(0) { $0 + $1.byteCount }
      #expect(scene.budget.usedBytes == sum && sum <= 100, "seed \(seed)")
    }
    while let last = held.popLast() { held += scene.budget.release(last) }
    #expect(scene.budget.waitingCount == 0 && scene.budget.usedBytes == 0, "seed \(seed)")
  }
}
