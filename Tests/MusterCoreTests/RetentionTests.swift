import MusterCore
import Testing

/// Which imports lose what, by age and number.
struct RetentionTests {
  private typealias Entry = Retention.Entry
  private static let now: Int64 = 100 * 86_400

  private static let limits = {
    var limits = Limits()
    limits.undoDaysMax = 30
    limits.undoImportsMax = 2
    limits.faultDaysMax = 20
    limits.resumeDaysMax = 7
    return limits
  }()

  private static func entry(
    _ seq: Int64, _ state: ImportRecord.State, days: Int64, later: Int64 = 0, images: Bool = true,
    lists: Bool = true
  ) -> Entry {
    Entry(
      seq: seq, state: state, touchedAt: now - days * 86_400 + later, hasImages: images,
      hasLists: lists)
  }

  private static func plan(
    expired: [Int64] = [], images: [Int64] = [], lists: [Int64] = []
  ) -> Retention.Plan {
    var plan = Retention.Plan()
    plan.expired = expired
    plan.withoutImages = images
    plan.withoutLists = lists
    return plan
  }

  @Test(
    "each state and age has its answer",
    arguments: [
      // What is open expires by its age alone, and keeps what it has.
      ([entry(1, .open, days: 7)], plan()),
      ([entry(1, .open, days: 7, later: -1)], plan(expired: [1])),
      ([entry(1, .open, days: 99)], plan(expired: [1])),
      ([entry(1, .running, days: 99)], plan()),
      // What is over: to the second.
      ([entry(1, .finished, days: 20)], plan()),
      ([entry(1, .finished, days: 20, later: -1)], plan(lists: [1])),
      ([entry(1, .finished, days: 30)], plan(lists: [1])),
      ([entry(1, .finished, days: 30, later: -1)], plan(images: [1], lists: [1])),
      ([entry(1, .stopped, days: 31)], plan(images: [1], lists: [1])),
      ([entry(1, .cancelled, days: 31)], plan(images: [1], lists: [1])),
      ([entry(1, .expired, days: 31)], plan(images: [1], lists: [1])),
      ([entry(1, .undone, days: 31, images: false)], plan(lists: [1])),
      ([entry(1, .finished, days: 31, images: false, lists: false)], plan()),
      // The newest two can be undone; open ones do not count, one that is being undone stays.
      (
        [entry(1, .finished, days: 0), entry(3, .finished, days: 0), entry(2, .stopped, days: 0)],
        plan(images: [1])
      ),
      (
        [entry(1, .finished, days: 0), entry(2, .finished, days: 0), entry(3, .open, days: 0)],
        plan()
      ),
      (
        [entry(1, .undoing, days: 0), entry(2, .finished, days: 0), entry(3, .finished, days: 0)],
        plan()
      ),
      ([entry(1, .undoing, days: 31)], plan(images: [1], lists: [1])),
      // A clock that was set back makes nothing go.
      ([entry(1, .finished, days: -50), entry(2, .open, days: -50)], plan()),
      ([], plan()),
    ] as [([Retention.Entry], Retention.Plan)])
  func table(entries: [Retention.Entry], expected: Retention.Plan) {
    #expect(Retention(limits: Self.limits).plan(entries, now: Self.now) == expected)
  }

  @Test("no number of days or imports traps")
  func extremes() {
    var limits = Limits()
    let entries = [
      Entry(seq: 1, state: .open, touchedAt: .min, hasImages: true, hasLists: true),
      Entry(seq: 2, state: .finished, touchedAt: .max, hasImages: true, hasLists: true),
    ]
    for days in [0, Int.max] {
      limits.undoDaysMax = days
      limits.faultDaysMax = days
      limits.resumeDaysMax = days
      limits.undoImportsMax = days
      for now in [Int64.min, 0, .max] { _ = Retention(limits: limits).plan(entries, now: now) }
    }
    limits.undoImportsMax = 0
    let plan = Retention(limits: limits).plan([Self.entry(9, .finished, days: 0)], now: Self.now)
    #expect(plan.withoutImages == [9])
    #expect(Retention.Plan().isEmpty && !plan.isEmpty)
  }
}
