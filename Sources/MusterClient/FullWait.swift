internal import MusterCore

/// The pauses between the tries of a call that the daemon has no room for.
struct FullWait {
  private let patience: Patience
  private let start = ContinuousClock.now
  private var isNoticed = false

  init(_ patience: Patience) { self.patience = patience }

  /// Waits until it is time for another try.
  ///
  /// - Parameter pause: What the daemon has asked for; nil is as usual.
  /// - Returns: false if there is to be none.
  mutating func wait(_ pause: Duration? = nil) async throws -> Bool {
    // Many clients that were refused together must not come back together.
    let pause = pause.map { $0 * Double.random(in: 0.5...1) }
    while true {
      let decision = WaitDecision(
        elapsed: .now - start, limit: patience.fullLimit, isNoticed: isNoticed, wantedPause: pause)
      switch decision.step {
      case .wait(let pause):
        try await Task.sleep(for: pause)
        return true
      case .notice:
        patience.notice(.full)
        isNoticed = true
      case .giveUp: return false
      }
    }
  }
}

extension MusterClient {
  /// Makes a call of which no failure is gRPC's own, again while the daemon has no room for it.
  func translatingErrorsWhileFull<Result>(_ call: () async throws -> Result) async throws -> Result
  {
    try await whileFull { try await translatingErrors(call) }
  }

  /// Makes a call, and makes it again while the daemon refuses it for want of room.
  ///
  /// What is refused so has had no effect, and has brought no message.
  func whileFull<Result>(_ call: () async throws -> Result) async throws -> Result {
    var wait = FullWait(patience)
    while true {
      do {
        return try await call()
      } catch var error as MusterClientError where error.reason == .tooManyCalls {
        if try await wait.wait(error.retryAfter) { continue }
        if patience.fullLimit > .zero {
          let seconds = Int((patience.fullLimit / .seconds(1)).rounded())
          error.message += " It was tried again and again for \(seconds) s."
        }
        throw error
      }
    }
  }
}
