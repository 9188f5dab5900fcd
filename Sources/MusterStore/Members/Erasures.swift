internal import MusterCore
internal import Synchronization

/// Passes over all before-images, one at a time: who comes while one runs shares the next one.
final class Erasures: Sendable {
  typealias Pass = Task<Result<Void, StoreError>, Never>

  private struct State {
    var current: Pass?
    var next: Pass?
  }

  private let state = Mutex(State())

  /// Waits for a pass that begins after this call, or has it begin.
  ///
  /// It goes on to its end also if nobody waits for it any more.
  func pass(
    _ body: @escaping @Sendable () async -> Result<Void, StoreError>
  ) async throws(StoreError) {
    let pass = state.withLock { state in
      if let next = state.next { return next }
      let current = state.current
      let next = Pass { [self] in
        _ = await current?.value
        begin()
        return await body()
      }
      state.next = next
      return next
    }
    try await pass.value.get()
  }

  /// Who comes from now on needs another pass.
  private func begin() {
    state.withLock { state in
      state.current = state.next
      state.next = nil
    }
  }
}
