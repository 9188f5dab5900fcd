internal import MusterCore
internal import MusterFaults
internal import Synchronization

/// The memory for the calls of a daemon: who has asked for some, and who waits.
final class DaemonMemory: Sendable {
  private struct State {
    var budget: MemoryBudget
    var claimCount: UInt64 = 0
    /// What is called once a claim is granted.
    var waiting: [UInt64: @Sendable (MemoryGrant) -> Void] = [:]
  }

  private let state: Mutex<State>

  init(plan: MemoryPlan) { state = Mutex(State(budget: MemoryBudget(plan: plan))) }

  /// Whether some call waits for memory, so that whoever holds some to no purpose is in its way.
  var isShort: Bool { state.withLock { $0.budget.waitingCount > 0 } }

  /// Bytes that calls hold.
  var usedBytes: Int { state.withLock { $0.budget.usedBytes } }

  /// What became of a claim.
  enum Outcome {
    case granted(MemoryGrant)
    /// `granted` will be called, unless it is cancelled before.
    case waits(MemoryClaim)
    /// It is more than there ever is, or than the system has now.
    case refused
  }

  /// Bytes of a claim from which on it is looked whether the system has them: every smaller one is
  /// less than what is left to spare.
  private static let askedBytesMin = 64 * 1024

  /// Asks for memory.
  ///
  /// - Parameter granted: Called on any thread, once, if the claim has to wait and is granted then.
  func claim(
    _ byteCount: Int, _ stage: MemoryStage, for caller: MemoryCaller,
    granted: @escaping @Sendable (MemoryGrant) -> Void
  ) -> Outcome {
    if byteCount >= Self.askedBytesMin, !AllocatorSettings.has(byteCount) { return .refused }
    let (claim, decision) = state.withLock { state in
      state.claimCount += 1
      let claim = MemoryClaim(
        id: state.claimCount, user: caller.user, isOwner: caller.isOwner, stage: stage,
        byteCount: Mutant.givesMemoryToAll.isOn ? 0 : byteCount)
      let decision = state.budget.claim(claim)
      if decision == .waits { state.waiting[claim.id] = granted }
      return (claim, decision)
    }
    switch decision {
    case .granted: return .granted(MemoryGrant(claim, of: self))
    case .waits: return .waits(claim)
    case .refused: return .refused
    }
  }

  /// A grant of no bytes, for what is counted afterwards only.
  func emptyGrant(_ stage: MemoryStage, for caller: MemoryCaller) -> MemoryGrant {
    MemoryGrant(
      MemoryClaim(id: 0, user: caller.user, isOwner: caller.isOwner, stage: stage, byteCount: 0),
      of: self)
  }

  /// Ends the waiting of a claim, unless it has been granted meanwhile.
  ///
  /// - Returns: Whether it still waited, so that nothing is called for it any more.
  @discardableResult
  func cancel(_ claim: MemoryClaim) -> Bool {
    var hasWaited = false
    settle { state in
      hasWaited = state.waiting.removeValue(forKey: claim.id) != nil
      return hasWaited ? state.budget.cancel(claim) : []
    }
    return hasWaited
  }

  private func settle(_ body: (inout State) -> [MemoryClaim]) {
    let granted = state.withLock { state in
      body(&state).map { claim in (claim, state.waiting.removeValue(forKey: claim.id)) }
    }
    // Outside the lock: a grant that nobody takes gives its bytes back.
    for (claim, tell) in granted { tell?(MemoryGrant(claim, of: self)) }
  }

  func release(_ claim: MemoryClaim) { settle { $0.budget.release(claim) } }

  func force(_ claim: MemoryClaim) { state.withLock { $0.budget.force(claim) } }
}

/// Who asks for memory.
struct MemoryCaller: Sendable, Equatable {
  var user: UInt32
  /// Whether that is root or the daemon's own user.
  var isOwner: Bool
}

extension DaemonMemory {
  /// Waits for memory.
  ///
  /// - Throws: `noRoom` for more than there ever is, `CancellationError` if the task is cancelled.
  func reserve(
    _ byteCount: Int, _ stage: MemoryStage, for caller: MemoryCaller
  ) async throws -> MemoryGrant {
    let wait = MemoryWait()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        wait.begin(continuation)
        switch claim(byteCount, stage, for: caller, granted: { wait.end(.success($0)) }) {
        case .granted(let grant): wait.end(.success(grant))
        case .refused:
          wait.end(
            .failure(
              StoreError(
                reason: .noRoom,
                "The call needs more memory than the daemon has for one; send less at once.")))
        case .waits(let claim):
          if wait.waits(claim) == .cancelled, cancel(claim) {
            wait.end(.failure(CancellationError()))
          }
        }
      }
    } onCancel: {
      if let claim = wait.cancel(), cancel(claim) { wait.end(.failure(CancellationError())) }
    }
  }
}

/// One task that waits for memory: granted once, or cancelled.
private final class MemoryWait: Sendable {
  enum Turn { case waiting, cancelled }

  private struct State {
    var continuation: CheckedContinuation<MemoryGrant, any Error>?
    var claim: MemoryClaim?
    var isCancelled = false
  }

  private let state = Mutex(State())

  func begin(_ continuation: CheckedContinuation<MemoryGrant, any Error>) {
    state.withLock { $0.continuation = continuation }
  }

  /// Remembers which claim it is.
  func waits(_ claim: MemoryClaim) -> Turn {
    state.withLock { state in
      state.claim = claim
      return state.isCancelled ? .cancelled : .waiting
    }
  }

  /// - Returns: The claim that is to be cancelled, if it is known yet.
  func cancel() -> MemoryClaim? {
    state.withLock { state in
      state.isCancelled = true
      return state.claim
    }
  }

  func end(_ result: Result<MemoryGrant, any Error>) {
    let continuation = state.withLock { state in
      defer { state.continuation = nil }
      return state.continuation
    }
    continuation?.resume(with: result)
  }
}
