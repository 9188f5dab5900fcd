internal import Dispatch
internal import MusterCore
internal import MusterFaults
internal import Synchronization

/// The open workspaces of a data directory, and the budget that bounds them; ``BudgetDecision``
/// decides.
///
/// Each workspace says after its work what it takes. Those that are to close are asked to, and do
/// so on their own threads, or stay because somebody has come meanwhile.
final class OpenWorkspaces: Sendable {
  /// What a workspace's own thread says of it.
  struct Usage: Sendable, Equatable {
    var indexBytes = 0
    var cacheBytes = 0
    /// Whether it has imports or watches, or may not be read anew.
    var isBusy = false
  }

  private struct Entry {
    /// nil while it is being opened for the first time.
    weak var store: WorkspaceStore?
    var usage = Usage()
    var isOpening = true
    /// It has been asked to close, and counts no longer.
    var isClosing = false
    /// Its page cache has been given back since its last work.
    var isEmptied = false
  }

  private struct State {
    var entries: [Int: Entry] = [:]
    var lastNumber = 0
    var reviewIsDue = false
  }

  let budget: WorkspaceBudget
  /// Nanoseconds that never go back.
  let clock: @Sendable () -> UInt64
  private let observer: @Sendable (WorkspaceEvent) -> Void
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "muster.budget")

  init(
    budget: WorkspaceBudget, clock: @escaping @Sendable () -> UInt64 = Clock.nanoseconds,
    observer: @escaping @Sendable (WorkspaceEvent) -> Void = { _ in }
  ) {
    self.budget = budget
    self.clock = clock
    self.observer = observer
  }

  /// How many are open; those that have been asked to close are not counted.
  var count: Int { state.withLock { $0.entries.values.count { !$0.isClosing } } }

  /// What all that are open take, as they have said last.
  var bytes: Int {
    state.withLock {
      $0.entries.values.reduce(0) { $0 + $1.usage.indexBytes + $1.usage.cacheBytes }
    }
  }

  /// How long the writers of all that are open have been at what they do.
  var writerProgress: WriterProgress {
    let stores = state.withLock { $0.entries.values.compactMap(\.store) }
    let now = Clock.nanoseconds()
    return stores.reduce(WriterProgress()) { $0.with($1.watch.progress(at: now)) }
  }

  func makeNumber() -> Int {
    state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
  }

  // MARK: Opening and closing

  /// Makes room for a workspace that is about to be opened.
  ///
  /// - Throws: `resourceExhausted` if as many are in use as may be open.
  func beginOpening(_ number: Int, of store: WorkspaceStore?) throws(StoreError) {
    let decision = state.withLock { state -> BudgetDecision? in
      guard let decision = BudgetDecision(opening: budget, beside: snapshot(state)) else {
        return nil
      }
      state.entries[number] = Entry(store: store)
      return decision
    }
    guard let decision else { throw refusal }
    carryOut(decision)
  }

  private var refusal: StoreError {
    StoreError(
      reason: .tooManyCalls,
      "The daemon has \(budget.openMax) workspaces in use, as many as it may at the same time"
        + " (workspaces.open); try again when one of them is no longer in use.",
      [
        .limit: "openWorkspacesMax", .limitValue: "\(budget.openMax)",
        .setting: "workspaces.open",
      ])
  }

  /// A workspace is open.
  func endOpening(_ number: Int, of store: WorkspaceStore, _ usage: Usage, nanoseconds: UInt64) {
    state.withLock { $0.entries[number] = Entry(store: store, usage: usage, isOpening: false) }
    observer(.opened(store.name, milliseconds: Int(clamping: nanoseconds / 1_000_000)))
    carryOut(decide())
    scheduleReview()
  }

  /// A workspace could not be opened, or is gone.
  func leave(_ number: Int) { state.withLock { $0.entries[number] = nil } }

  /// A workspace that was asked to close has done so.
  func closed(_ number: Int, _ name: String, _ reason: ClosingReason) {
    leave(number)
    observer(.closed(name, reason))
  }

  /// A workspace that was asked to close stays, because it is in use.
  func stays(_ number: Int) { state.withLock { $0.entries[number]?.isClosing = false } }

  // MARK: What they take

  /// A workspace says what it takes.
  ///
  /// - Parameter isUse: Whether it was used; otherwise nothing is decided.
  /// - Returns: How many bytes of a page cache it may fill.
  func report(_ number: Int, _ usage: Usage, isUse: Bool) -> Int {
    let busyCount = state.withLock { state in
      state.entries[number]?.usage = usage
      if isUse { state.entries[number]?.isEmptied = false }
      return state.entries.values.count { $0.usage.isBusy }
    }
    if isUse { carryOut(decide()) }
    return WorkspaceBudget.cacheBytes(shared: busyCount)
  }

  /// Has those that have been idle for too long close; called now and then.
  func review() { carryOut(decide()) }

  private func decide() -> BudgetDecision {
    state.withLock { BudgetDecision(snapshot($0), budget: budget) }
  }

  private func snapshot(_ state: borrowing State) -> [OpenWorkspace] {
    let now = clock()
    return state.entries.compactMap { number, entry in
      let store = entry.store
      if entry.isClosing || store == nil && !entry.isOpening { return nil }
      let lastUse = store?.uses.lastUse ?? now
      let cacheBytes = entry.usage.cacheBytes + (store?.readers.cacheBytes ?? 0)
      // Until its work is done, what it said last may not be true any more.
      let isInUse =
        entry.isOpening || entry.usage.isBusy || store?.uses.isHeld ?? true
        || store?.jobs.isAtWork ?? true
      return OpenWorkspace(
        number: number, indexBytes: entry.usage.indexBytes,
        cacheBytes: entry.isEmptied ? 0 : cacheBytes,
        idleTime: .nanoseconds(Int64(clamping: now - min(lastUse, now))),
        isInUse: isInUse && !Mutant.closesWorkspacesInUse.isOn)
    }
  }

  private func carryOut(_ decision: BudgetDecision) {
    if Mutant.keepsWorkspacesOpen.isOn { return }
    for closing in decision.closing {
      ask(closing.number) { $0.isClosing = true }?.close(closing.reason)
    }
    for number in decision.emptied { ask(number) { $0.isEmptied = true }?.emptyCaches() }
  }

  /// The workspace that something is asked of, unless that has been done already.
  private func ask(_ number: Int, _ note: (inout Entry) -> Void) -> WorkspaceStore? {
    state.withLock { state in
      guard var entry = state.entries[number], !entry.isClosing else { return nil }
      note(&entry)
      state.entries[number] = entry
      return entry.store
    }
  }

  // MARK: Reviews

  /// Looks again in a while, as long as anything is open.
  private func scheduleReview() {
    guard budget.idleSecondsMax > 0 else { return }
    let isDue = state.withLock { state in
      if state.reviewIsDue || state.entries.isEmpty { return false }
      state.reviewIsDue = true
      return true
    }
    guard isDue else { return }
    // A workspace stays open for a quarter longer than it has to, at most.
    let pause = min(max(budget.idleSecondsMax / 4, 1), Self.reviewSecondsMax)
    queue.asyncAfter(deadline: .now() + .seconds(pause)) { [weak self] in
      guard let self else { return }
      state.withLock { $0.reviewIsDue = false }
      review()
      scheduleReview()
    }
  }

  private static let reviewSecondsMax = 30
}
