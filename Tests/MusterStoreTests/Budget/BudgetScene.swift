import MusterCore
import Synchronization
import Testing

@testable import MusterStore

/// A data directory whose clock the test sets, and what it has said of its workspaces.
final class BudgetScene: Sendable {
  let path: String
  let directory: DataDirectory
  private let now: Now
  private let events = EventList()

  /// Seconds that pass when a test says so.
  private final class Now: Sendable {
    let nanoseconds = Atomic<UInt64>(0)
  }

  private final class EventList: Sendable {
    let all = Mutex<[WorkspaceEvent]>([])
  }

  init(_ path: String, _ change: (inout WorkspaceBudget) -> Void = { _ in }) throws {
    var budget = WorkspaceBudget()
    change(&budget)
    let now = Now()
    self.path = path
    self.now = now
    directory = try DataDirectory(
      path: path,
      open: OpenWorkspaces(
        budget: budget, clock: { now.nanoseconds.load(ordering: .relaxed) },
        observer: { [events] event in events.all.withLock { $0.append(event) } }))
  }

  func file(of name: String) -> String { directory.file(of: name) }

  /// Lets seconds pass, and has those close that have been idle for too long.
  func pass(seconds: UInt64) {
    now.nanoseconds.add(seconds * 1_000_000_000, ordering: .relaxed)
    directory.open.review()
  }

  /// How often workspaces have closed.
  var closingCount: Int {
    events.all.withLock { $0.count { if case .closed = $0 { true } else { false } } }
  }

  /// Waits until a workspace has closed for the first time: why it did.
  ///
  /// What one has done last may not have been counted yet when its caller is answered; so the
  /// budget is looked at again and again.
  func reasonOfClosing(_ wanted: String) async -> ClosingReason {
    while true {
      let events = events.all.withLock { $0 }
      for case .closed(let name, let reason) in events where name == wanted { return reason }
      directory.open.review()
      await Task.yield()
    }
  }
}

extension WorkspaceStore {
  /// Whether the workspace is open once all has been done that was asked of it before.
  func isOpenAfterAll() async -> Bool {
    await withCheckedContinuation { continuation in
      add(.tidy { continuation.resume(returning: $0 != nil) })
    }
  }

  /// Asks it to close, and waits for what comes of it.
  func closes() async -> Bool {
    close(.idle)
    return await !isOpenAfterAll()
  }
}
