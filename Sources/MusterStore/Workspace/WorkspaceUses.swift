internal import Synchronization

/// Who has a workspace in use beside its writer's thread, and what finds its members while it is
/// open.
///
/// Closing is decided here at the last: a workspace that is held does not close, and nobody takes
/// hold of an index that is about to go.
final class WorkspaceUses: Sendable {
  private struct State {
    var holdCount = 0
    /// When the last use ended, in nanoseconds that never go back.
    var lastUse: UInt64
    var lookup: IdentityLookup?
  }

  private let state: Mutex<State>
  private let clock: @Sendable () -> UInt64

  init(clock: @escaping @Sendable () -> UInt64) {
    self.clock = clock
    state = Mutex(State(lastUse: clock()))
  }

  /// Keeps a workspace open for as long as it lives; one that is closed stays so until it is used.
  final class Hold: Sendable {
    private let uses: WorkspaceUses

    fileprivate init(_ uses: WorkspaceUses) { self.uses = uses }

    deinit { uses.endHold() }
  }

  func hold() -> Hold {
    state.withLock { $0.holdCount += 1 }
    return Hold(self)
  }

  private func endHold() {
    let now = clock()
    state.withLock { state in
      state.holdCount -= 1
      state.lastUse = now
    }
  }

  /// Says that the workspace has been used just now.
  func note() {
    let now = clock()
    state.withLock { $0.lastUse = now }
  }

  var isHeld: Bool { state.withLock { $0.holdCount > 0 } }
  var lastUse: UInt64 { state.withLock { $0.lastUse } }

  // MARK: Open and closed

  /// What finds members while the workspace is open; lasts no longer than a hold, unless that was
  /// taken before.
  var lookup: IdentityLookup? { state.withLock { $0.lookup } }
  var isOpen: Bool { lookup != nil }

  /// The workspace is open, or has another index.
  func open(_ lookup: IdentityLookup) { state.withLock { $0.lookup = lookup } }

  /// The workspace is closed from now on, unless somebody holds it.
  ///
  /// - Parameter isForced: A deliberate bug: who holds it is not looked at.
  /// - Returns: Whether it is.
  func close(isForced: Bool) -> Bool {
    state.withLock { state in
      guard state.holdCount == 0 || isForced else { return false }
      state.lookup = nil
      return true
    }
  }
}
