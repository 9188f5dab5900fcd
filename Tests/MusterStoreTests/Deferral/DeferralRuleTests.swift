import Testing

@testable import MusterStore

struct DeferralRuleTests {
  /// Members in equal distances.
  private func members(_ count: Int, every distance: Int) -> [UInt32] {
    (1...count).map { UInt32($0 * distance) }
  }

  @Test(
    "changes wait if there are enough, far from each other, in a store that is not too large",
    arguments: [
      // 100 members a page: so many changes, every so many members, in so many members.
      (2_000, 24, 1_000_000, false), (2_000, 25, 1_000_000, true), (2_000, 500, 1_000_000, true),
      (2_000, 1, 1_000_000, false), (15, 500, 1_000_000, false), (16, 500, 1_000_000, true),
      (2_000, 500, 2_662_499, true), (2_000, 500, 2_662_500, false),
    ])
  func mustDefer(count: Int, distance: Int, last: UInt32, isWaiting: Bool) {
    let rule = DeferralRule()
    let changed = members(count, every: distance)
    #expect(rule.mustDefer(changed, membersPerPage: 100, last: last) == isWaiting)
  }

  @Test("a page counts once, whatever the order in which its members come")
  func pages() {
    var spread = PageSpread(membersPerPage: 10)
    for member: UInt32 in [5, 9_999, 0, 9, 10, 19, 5, 9_990, 640, 639] { spread.insert(member) }
    #expect(spread.pageCount == 5)
  }

  @Test(
    "a page has room for fewer members the longer their values are, and for one at least",
    arguments: [(0, 290), (100, 94), (13_926, 1), (10_000_000, 1)])
  func room(valueBytes: Int, members: Int) {
    #expect(PageSpread.membersPerPage(valueBytes: valueBytes) == members)
  }

  @Test("one workspace at a time has the larger cache")
  func loan() throws {
    let lender = CacheLender()
    var loan = lender.take()
    #expect(loan != nil)
    #expect(lender.take() == nil)
    loan = nil
    #expect(lender.take() != nil)
  }
}
