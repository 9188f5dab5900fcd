internal import MusterCore
internal import Synchronization

/// The memory of one call: what its messages hold between the socket and whoever answers it.
///
/// Filled on the call's event loop, emptied by the task that answers.
final class CallMemory: Sendable {
  /// What the next message of the call is.
  enum Arrival: Sendable {
    case message(MemoryGrant)
    /// It was not let in; an empty one stands in its place.
    case refused(StoreError)
  }

  private struct State {
    var arrivals: [Arrival] = []
    var arrivedBytes = 0
    /// What the message holds that is being answered.
    var current: MemoryGrant?
    /// Called when a message was taken that others wait behind.
    var makesRoom: (@Sendable () -> Void)?
    /// Bytes of answers that the client has not taken.
    var unreadBytes = 0
    var unread: MemoryGrant?
    /// What answers hold that are on their way to the stream.
    var announced: [MemoryGrant] = []
    var writer: CheckedContinuation<Void, Never>?
    var isClosed = false
  }

  let caller: MemoryCaller
  let daemon: DaemonMemory
  private let state = Mutex(State())

  init(caller: MemoryCaller, daemon: DaemonMemory) {
    self.caller = caller
    self.daemon = daemon
  }

  // MARK: The event loop's side

  /// Whether a message may be handed on, beside those that nobody has taken yet.
  ///
  /// - Parameter makesRoom: Called once a message was taken, on any thread, if it may not.
  func takes(_ byteCount: Int, makesRoom: @escaping @Sendable () -> Void) -> Bool {
    state.withLock { state in
      let sum = state.arrivedBytes + byteCount
      if state.arrivals.isEmpty || sum <= MemoryBounds.untakenBytesMax { return true }
      state.makesRoom = makesRoom
      return false
    }
  }

  /// Whether no message waits to be taken.
  var hasTakenAll: Bool { state.withLock { $0.arrivals.isEmpty } }

  /// A message is being handed on.
  func arrive(_ arrival: Arrival) {
    state.withLock { state in
      guard !state.isClosed else { return }
      if case .message(let grant) = arrival { state.arrivedBytes += grant.byteCount }
      state.arrivals.append(arrival)
    }
  }

  /// An answer of so many bytes has reached the stream, and waits for its client.
  func wrote(_ byteCount: Int) {
    state.withLock { state in
      state.announced = []
      state.unreadBytes += byteCount
      settleUnread(&state)
    }
  }

  /// So many bytes of answers have left.
  func sent(_ byteCount: Int) {
    let writer = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.unreadBytes -= byteCount
      settleUnread(&state)
      return takeWriter(&state)
    }
    writer?.resume()
  }

  private func settleUnread(_ state: inout State) {
    guard !state.isClosed else { return }
    if state.unread == nil { state.unread = daemon.emptyGrant(.answers, for: caller) }
    state.unread?.resize(to: state.unreadBytes)
  }

  private func takeWriter(_ state: inout State) -> CheckedContinuation<Void, Never>? {
    guard state.isClosed || state.unreadBytes < MemoryBounds.unreadBytesMax else { return nil }
    defer { state.writer = nil }
    return state.writer
  }

  /// The stream is gone, and all that it held.
  func close() {
    let writer = state.withLock { state in
      state.isClosed = true
      state.arrivals = []
      state.makesRoom = nil
      state.unread = nil
      state.announced = []
      return takeWriter(&state)
    }
    writer?.resume()
  }

  // MARK: The side of whoever answers

  /// The message before is done with; takes what the next one holds.
  ///
  /// - Throws: Why it was not let in.
  func take() throws(StoreError) {
    let (arrival, makesRoom) = state.withLock { state in
      state.current = nil
      let arrival = state.arrivals.isEmpty ? nil : state.arrivals.removeFirst()
      if case .message(let grant) = arrival {
        state.arrivedBytes -= grant.byteCount
        state.current = grant
      }
      defer { state.makesRoom = nil }
      return (arrival, state.makesRoom)
    }
    makesRoom?()
    if case .refused(let error) = arrival { throw error }
  }

  /// The message before is done with.
  func finishMessage() { state.withLock { $0.current = nil } }

  /// Waits until the stream has room for an answer, and the daemon too.
  ///
  /// - Parameter byteCount: What the answer is taken for; with 0 it does not wait for the daemon.
  func waitForAnswerRoom(_ byteCount: Int) async throws {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isFree = state.withLock { state in
          let hasRoom = state.unreadBytes < MemoryBounds.unreadBytesMax
          if state.isClosed || hasRoom || Task.isCancelled { return true }
          state.writer = continuation
          return false
        }
        if isFree { continuation.resume() }
      }
    } onCancel: {
      let writer = state.withLock { state in
        defer { state.writer = nil }
        return state.writer
      }
      writer?.resume()
    }
    try Task.checkCancellation()
    if byteCount > 0, state.withLock({ $0.announced.isEmpty }) {
      try await announce(MemoryBounds.answerBytes)
    }
  }

  /// Waits for the memory of an answer, before it is made.
  func announce(_ byteCount: Int) async throws {
    let grant = try await reserve(byteCount, .answers)
    state.withLock { state in
      if !state.isClosed { state.announced.append(grant) }
    }
  }

  /// Waits for memory of a stage.
  ///
  /// - Throws: `noRoom` for more than there ever is, `CancellationError` if the task is cancelled.
  func reserve(_ byteCount: Int, _ stage: MemoryStage) async throws -> MemoryGrant {
    try await daemon.reserve(byteCount, stage, for: caller)
  }
}
