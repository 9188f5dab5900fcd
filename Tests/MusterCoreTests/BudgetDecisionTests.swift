import MusterCore
import Testing

/// Which workspaces close, and which give their page caches back.
struct BudgetDecisionTests {
  private static let megabyte = 1024 * 1024

  /// A workspace: its number, megabytes of index and cache, seconds since its last use.
  private static func open(
    _ number: Int, index: Int = 10, cache: Int = 0, idle: Int, inUse: Bool = false
  ) -> OpenWorkspace {
    OpenWorkspace(
      number: number, indexBytes: index * megabyte, cacheBytes: cache * megabyte,
      idleTime: .seconds(idle), isInUse: inUse)
  }

  struct Case: Sendable {
    var what: String
    var open: [OpenWorkspace]
    /// Megabytes and seconds of the budget.
    var memory = 30
    var idle = 600
    /// The numbers of those that close, with the reason's first letter, and of those that stay
    /// without their cache.
    var closing: [String] = []
    var emptied: [Int] = []
  }

  static let cases = [
    Case(what: "nothing is open", open: []),
    Case(what: "all have room", open: [open(1, idle: 9), open(2, idle: 5), open(3, idle: 7)]),
    Case(
      what: "the least recently used go, as many as have to",
      open: [
        open(1, idle: 5), open(2, idle: 9), open(3, idle: 1), open(4, idle: 7), open(5, idle: 3),
      ],
      closing: ["2m", "4m"]),
    Case(
      what: "of two that were used at the same time the first goes",
      open: [open(2, idle: 5), open(1, idle: 5), open(3, idle: 1), open(4, idle: 1)],
      closing: ["1m"]),
    Case(
      what: "what is in use counts, and stays",
      open: [
        open(1, index: 25, idle: 9, inUse: true), open(2, idle: 5), open(3, idle: 3),
        open(4, idle: 1),
      ], closing: ["2m", "3m"]),
    Case(
      what: "all in use: the budget is exceeded",
      open: [open(1, index: 40, idle: 700, inUse: true), open(2, index: 40, idle: 0, inUse: true)]),
    Case(what: "the only one stays, however large", open: [open(1, index: 500, idle: 9)]),
    Case(
      what: "the last used of those that are not in use stays",
      open: [open(1, index: 500, idle: 3), open(2, idle: 9)], closing: ["2m"]),
    Case(
      what: "caches go before indexes, the least recently used first",
      open: [open(1, index: 5, cache: 10, idle: 9), open(2, index: 5, cache: 10, idle: 5)],
      memory: 25, emptied: [1]),
    Case(
      what: "caches that do not suffice are not asked for of those that close",
      open: [open(1, index: 20, cache: 9, idle: 9), open(2, index: 20, cache: 9, idle: 5)],
      closing: ["1m"], emptied: [2]),
    Case(
      what: "the cache of one that has work stays",
      open: [open(1, cache: 30, idle: 9, inUse: true), open(2, cache: 1, idle: 5)],
      emptied: [2]),
    Case(
      what: "without work they have one full cache together, whatever the budget",
      open: [
        open(1, cache: 60, idle: 9), open(2, cache: 60, idle: 5), open(3, cache: 60, idle: 1),
      ],
      memory: 0, emptied: [1, 2]),
    Case(
      what: "idle for long enough goes, also the only one",
      open: [open(1, idle: 600)], closing: ["1i"]),
    Case(
      what: "idle for not quite as long stays, and one in use does in any case",
      open: [open(1, idle: 599), open(2, idle: 9_999, inUse: true)]),
    Case(
      what: "those that are idle go first, and may suffice",
      open: [open(1, idle: 601), open(2, idle: 900), open(3, idle: 5), open(4, idle: 1)],
      closing: ["2i", "1i"]),
    Case(
      what: "0 lifts both bounds",
      open: [open(1, index: 9_000, idle: 99_999), open(2, index: 9_000, idle: 99_999)], memory: 0,
      idle: 0),
  ]

  @Test("the least recently used closes while the budget is exceeded", arguments: cases)
  func deciding(_ scene: Case) {
    var budget = WorkspaceBudget()
    budget.memoryBytesMax = scene.memory * Self.megabyte
    budget.idleSecondsMax = scene.idle
    let decision = BudgetDecision(scene.open, budget: budget)
    let closing = decision.closing.map { "\($0.number)\($0.reason.rawValue.prefix(1))" }
    #expect(closing == scene.closing, "\(scene.what)")
    #expect(decision.emptied == scene.emptied, "\(scene.what)")
  }

  @Test("one more is opened in the place of the least recently used, or not at all")
  func opening() {
    var budget = WorkspaceBudget()
    budget.openMax = 2
    let free = Self.open(1, idle: 9)
    let fresh = Self.open(2, idle: 1)
    let busy = Self.open(3, idle: 99, inUse: true)
    #expect(BudgetDecision(opening: budget, beside: [free])?.closing == [])
    let one = [BudgetDecision.Closing(number: 1, reason: .count)]
    #expect(BudgetDecision(opening: budget, beside: [fresh, free])?.closing == one)
    #expect(BudgetDecision(opening: budget, beside: [busy, free])?.closing == one)
    #expect(BudgetDecision(opening: budget, beside: [busy, busy]) == nil)
    budget.openMax = 0
    #expect(BudgetDecision(opening: budget, beside: []) != nil)
    #expect(BudgetDecision(opening: budget, beside: [busy]) == nil)
  }

  @Test("workspaces with work share two full page caches, and have at least the smallest")
  func sharing() {
    let shares = [0, 1, 2, 3, 8, 64, 1_000].map { WorkspaceBudget.cacheBytes(shared: $0) }
    let kilobytes = shares.map { $0 >> 10 }
    #expect(kilobytes == [65_536, 65_536, 65_536, 43_690, 16_384, 2_048, 2_048])
  }

  @Test(
    "file descriptors bound what is open, and leave half to others",
    arguments: [(16_384, 128), (2_600, 100), (1_024, 39), (256, 9), (0, 8)])
  func descriptors(_ count: Int, _ openMax: Int) {
    var budget = WorkspaceBudget()
    budget.fit(descriptors: count)
    #expect(budget.openMax == openMax)
    budget.openMax = 3
    budget.fit(descriptors: count)
    #expect(budget.openMax == 3)
  }

  @Test("the defaults keep to the promised bound with what a daemon takes besides")
  func defaults() {
    let budget = WorkspaceBudget()
    // An idle daemon takes some 30 MiB, and imports that run wait with at most 4 chunks each.
    #expect(budget.memoryBytesMax + 64 * Self.megabyte <= 320 * Self.megabyte)
    #expect(WorkspaceBudget.cacheBytesMax < budget.memoryBytesMax)
    #expect(budget.idleSecondsMax > 60 && budget.openMax >= 64)
  }
}
