import MusterCore
import Testing

/// How callers share what there is a bounded amount of.
@Suite struct CallerSharesTests {
  private static let owner: UInt32 = 990
  private static let root: UInt32 = 0

  private static func shares(_ total: Int, kept: Int = 0, keptForRoot: Int = 0) -> CallerShares {
    CallerShares(
      CallerShares.Plan(total: total, kept: kept, keptForRoot: keptForRoot), owner: owner)
  }

  /// The macro cannot look at what changes its subject.
  private static func expect(_ isRight: Bool, at place: SourceLocation = #_sourceLocation) {
    #expect(isRight, sourceLocation: place)
  }

  /// Takes units one by one for each user in turn, each until it gets no more.
  private static func takeAll(_ shares: inout CallerShares, _ users: [UInt32]) -> [Int] {
    users.map { user in
      var count = 0
      while shares.take(for: user) { count += 1 }
      return count
    }
  }

  @Test(arguments: [
    (1_000, [500, 250, 125, 63, 31, 16, 8, 4, 2, 1, 0]),
    (28, [14, 7, 4, 2, 1, 0]),
    (6, [3, 2, 1, 0]),
    (1, [1, 0]),
    (0, [0, 0]),
  ])
  func `each of several callers that take all gets half of what is free`(
    total: Int, wanted: [Int]
  ) {
    var shares = Self.shares(total)
    let users = (0..<wanted.count).map { UInt32($0 + 1_000) }
    let taken = Self.takeAll(&shares, users)
    #expect(taken == wanted)
    #expect(shares.used == total)
    #expect(zip(users, wanted).allSatisfy { shares.used(by: $0) == $1 })
  }

  @Test func `callers that take in turns get the same`() {
    var shares = Self.shares(1_000)
    var rounds = 0
    while (1...4).allSatisfy({ shares.take(for: $0) }) { rounds += 1 }
    #expect(rounds == 200)
    #expect((1...4).allSatisfy { shares.room(for: $0) <= 1 })
    #expect(shares.room(for: 5) == 100)
  }

  @Test(arguments: [
    // The flooder, and what flooder, the daemon's user and root get, in this order.
    (UInt32(1_000), [492, 246 + 12, 123 + 4]),
    (owner, [492 + 12, 0, 246 + 4]),
    (root, [492 + 16, 246, 0]),
  ])
  func `root and the daemon's user get in whoever takes all`(flooder: UInt32, wanted: [Int]) {
    var shares = Self.shares(1_000, kept: 16, keptForRoot: 4)
    let taken = Self.takeAll(&shares, [flooder, Self.owner, Self.root])
    #expect(taken == wanted)
  }

  @Test func `what is kept is kept from many flooders, too`() {
    var shares = Self.shares(1_000, kept: 16, keptForRoot: 4)
    let flooders = Self.takeAll(&shares, Array(1_000..<1_100))
    #expect(flooders.reduce(0, +) == 984)
    let known = Self.takeAll(&shares, [Self.owner, Self.root])
    #expect(known == [12, 4])
    #expect(shares.used == 1_000)
  }

  @Test func `what root holds of its own counts as kept for it`() {
    var shares = Self.shares(4, kept: 4, keptForRoot: 2)
    Self.expect(shares.take(2, for: Self.root))
    #expect(shares.room(for: Self.owner) == 2)
    Self.expect(shares.take(2, for: Self.owner))
    #expect(shares.room(for: Self.root) == 0)
  }

  @Test func `an amount is taken as a whole or not at all`() {
    var shares = Self.shares(100, kept: 20, keptForRoot: 10)
    Self.expect(!shares.take(41, for: 1_000))
    Self.expect(!shares.take(.max, for: 1_000))
    Self.expect(!shares.take(-1, for: 1_000))
    #expect(shares.used == 0)
    Self.expect(shares.take(40, for: 1_000))
    Self.expect(shares.take(0, for: 1_000))
    Self.expect(!shares.take(1, for: 1_000))
    Self.expect(shares.take(30, for: Self.owner))
    Self.expect(!shares.take(1, for: Self.owner))
    #expect(shares.used(by: Self.owner) == 30)
  }

  @Test func `what is given back is free to all, and more than was taken is not`() {
    var shares = Self.shares(100, kept: 20, keptForRoot: 10)
    Self.expect(shares.take(40, for: 1_000))
    Self.expect(shares.take(30, for: Self.owner))
    shares.giveBack(5, of: Self.owner)
    // It was of the kept part, so nobody else has more room for it.
    #expect(shares.room(for: Self.owner) == 5)
    #expect(shares.room(for: 1_001) == 10)
    shares.giveBack(1_000, of: 1_000)
    shares.giveBack(1, of: 1_002)
    #expect(shares.used == 25 && shares.callerCount == 1)
    #expect(shares.room(for: 1_001) == 30)
    shares.giveBack(25, of: Self.owner)
    #expect(shares == Self.shares(100, kept: 20, keptForRoot: 10))
  }

  @Test func `random takes and returns never take more than there is`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededRandom(seed: seed)
    var shares = Self.shares(1_000, kept: 16, keptForRoot: 4)
    let users: [UInt32] = [Self.root, Self.owner, 1, 2, 3, 4]
    for _ in 0..<20_000 {
      let user = users[Int(random.next() % UInt64(users.count))]
      let amount = Int(random.next() % 300)
      let (room, before) = (shares.room(for: user), shares.used(by: user))
      if random.next() % 3 > 0 {
        let isTaken = shares.take(amount, for: user)
        #expect(isTaken == (amount <= room), "seed \(seed)")
        #expect(shares.used(by: user) == before + (isTaken ? amount : 0), "seed \(seed)")
      } else {
        shares.giveBack(amount, of: user)
        #expect(shares.used(by: user) == max(0, before - amount), "seed \(seed)")
      }
      #expect(shares.used == users.reduce(0) { $0 + shares.used(by: $1) }, "seed \(seed)")
      #expect(shares.used <= 1_000, "seed \(seed)")
    }
  }

  @Test func `a plan is no larger than its whole`() {
    let plan = CallerShares.Plan(total: 3, kept: 16, keptForRoot: 20)
    #expect(plan == CallerShares.Plan(total: 3, kept: 3, keptForRoot: 3))
    #expect(CallerShares.Plan(total: -1, kept: -1, keptForRoot: -1).total == 0)
  }
}
