import NIOCore
import Testing

@testable import MusterServer

/// A flood runs out of frames, and a client that answers the daemon's own does not.
@Suite struct FrameBudgetTests {
  /// A budget that an expectation can look at and change in one.
  private final class Purse {
    private var budget: FrameBudget

    init(_ start: NIODeadline) { budget = FrameBudget(bounds: FrameBudgetTests.bounds, now: start) }

    func spend(_ count: Int, at now: NIODeadline) -> Bool { budget.spend(count, at: now) }
    func sentBuffer() { budget.sentBuffer() }
  }

  private static let bounds = ConnectionBounds(
    savedControlFramesMax: 100, controlFramesPerSentBuffer: 4, controlFramesPerSecond: 10)
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

  @Test func `what is saved can be spent, and not one more`() {
    let budget = Purse(start)
    for number in 0..<100 { #expect(budget.spend(1, at: start), "frame \(number)") }
    #expect(!budget.spend(1, at: start))
  }

  @Test func `many at once count as many one by one`() {
    let budget = Purse(start)
    #expect(budget.spend(100, at: start))
    #expect(!budget.spend(1, at: start))
    let other = Purse(start)
    #expect(!other.spend(101, at: start))
  }

  @Test func `each buffer that is sent earns four`() {
    let budget = Purse(start)
    #expect(budget.spend(100, at: start))
    for _ in 0..<10_000 {
      budget.sentBuffer()
      #expect(budget.spend(4, at: start))
    }
    #expect(!budget.spend(1, at: start))
  }

  @Test func `no more is saved than the bound`() {
    let budget = Purse(start)
    for _ in 0..<1_000 { budget.sentBuffer() }
    #expect(!budget.spend(101, at: start + .hours(1)))
  }

  @Test(arguments: [(99, 0), (100, 1), (199, 1), (1_000, 10), (9_999, 99), (10_000, 100)])
  func `a second earns ten`(_ milliseconds: Int64, _ earned: Int) {
    let budget = Purse(start)
    #expect(budget.spend(100, at: start))
    let later = start + .milliseconds(milliseconds)
    #expect(budget.spend(earned, at: later))
    #expect(!budget.spend(1, at: later))
  }

  @Test func `parts of a second add up`() {
    let budget = Purse(start)
    #expect(budget.spend(100, at: start))
    // 33 ms at a time: a frame is earned at 100 ms, 200 ms and so on, whenever it is looked at.
    var spent = 0
    for step in 1...300 {
      let now = start + .milliseconds(33 * Int64(step))
      let earned = 33 * step / 100 - spent
      #expect(budget.spend(earned, at: now))
      spent += earned
    }
    #expect(spent == 99)
    #expect(!budget.spend(1, at: start + .milliseconds(9_900)))
  }

  @Test func `time that does not go on earns nothing`() {
    let budget = Purse(start)
    #expect(budget.spend(100, at: start))
    #expect(!budget.spend(1, at: start - .seconds(100)))
  }
}
