internal import MusterCore
internal import MusterWire
internal import Synchronization

/// What an import's stream has to say to its client, and how many of its chunks wait.
///
/// Filled by the store's thread and by the reader of the stream; emptied by one sender. Bounded: a
/// chunk's place is free again only when its faults have been sent, so that a client that does not
/// read is not read from either.
final class ImportOutbox: Sendable {
  private struct State {
    var messages: [ImportResponse] = []
    /// Places that become free once the messages before them are sent.
    var placesToFree = 0
    /// What the chunks hold that wait, in their order, and how many of them have their faults among
    /// the messages.
    var grants: [MemoryGrant] = []
    var grantsToFree = 0
    var waitingChunkCount = 0
    var waiter: CheckedContinuation<Void, Never>?
    var progress: ImportProgress?
    /// Accepted is the first answer, whatever the store commits before it is sent.
    var hasAccepted = false
    /// Nothing comes after the summary: it says what a progress would.
    var hasSummary = false
    var pace = AcknowledgementPace()
    var hasTimer = false
    var end: End?
    var onEnd: (@Sendable () -> Void)?
    var isClosed = false

    static let nobody: (CheckedContinuation<Void, Never>?, (@Sendable () -> Void)?) = (nil, nil)

    mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
      defer { waiter = nil }
      return waiter
    }
  }

  /// Why no more rows are taken.
  enum End: Sendable {
    case stopped(ImportProgress)
    case failed(StoreError)
    /// It has ended before, and its client was told how.
    case answered
    /// The client is gone, or its deadline has passed.
    case cancelled
  }

  /// Between two messages of progress.
  static let progressInterval = AcknowledgementPace.interval
  /// Bytes of faults or changes in one message, about: more would outrun back-pressure
  /// (Library facts, "gRPC").
  static let faultsBytesMax = 32 * 1024

  private let state = Mutex(State())
  private let signal: AsyncStream<Void>
  private let signaller: AsyncStream<Void>.Continuation

  init() {
    (signal, signaller) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  // MARK: The reader's side

  var end: End? { state.withLock { $0.end } }

  /// Has `body` called once when the import ends otherwise than by its client's finish.
  func onEnd(_ body: @escaping @Sendable () -> Void) {
    let hasEnded = state.withLock { state in
      if state.end == nil { state.onEnd = body }
      return state.end != nil
    }
    if hasEnded { body() }
  }

  /// Waits until a chunk may be handed to the store.
  ///
  /// - Returns: false if the import has ended and takes no more.
  func waitForPlace() async -> Bool {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.end != nil || state.waitingChunkCount < Limits.waitingChunksMax { return true }
        state.waiter = continuation
        return false
      }
      if isFree { continuation.resume() }
    }
    return state.withLock { state in
      if state.end != nil { return false }
      state.waitingChunkCount += 1
      return true
    }
  }

  /// Keeps what a chunk holds that is handed to the store, until its faults have been sent.
  func hold(_ grant: MemoryGrant) { state.withLock { $0.grants.append(grant) } }

  func send(_ message: ImportResponse) {
    state.withLock { state in
      switch message {
      case .accepted:
        state.hasAccepted = true
        state.progress = nil  // Accepted says the same.
      case .summary: state.hasSummary = true
      case .progress, .faults, .changes: break
      }
      state.messages.append(message)
    }
    signaller.yield()
  }

  /// Sends a message of what was found, once those before it are on their way.
  ///
  /// - Returns: false if nobody waits for it any more.
  func deliver(_ message: ImportResponse) async -> Bool {
    guard await waitForPlace() else { return false }
    state.withLock { state in
      state.messages.append(message)
      state.placesToFree += 1
    }
    signaller.yield()
    return true
  }

  /// Sends what is left, then ends the sender.
  func close() {
    state.withLock { $0.isClosed = true }
    signaller.yield()
    signaller.finish()
  }

  // MARK: The store's side

  func received(_ event: ImportEvent) {
    let now = ContinuousClock.now
    change { state in
      state.pace.note(isCommitted: event.hasCommittedRows, at: now)
      switch event {
      case .applied(let faults, let progress):
        state.placesToFree += 1
        state.grantsToFree += 1
        for part in Self.parts(faults) { state.messages.append(.faults(part)) }
        state.progress = progress
      case .committed(let progress): state.progress = progress
      case .stopped(let progress):
        state.progress = progress
        state.end = state.end ?? .stopped(progress)
      case .failed(let error, let progress):
        state.progress = progress
        state.end = state.end ?? .failed(error)
      }
    }
  }

  /// Ends the import because nobody waits for it any more.
  func cancel() {
    change { state in state.end = state.end ?? .cancelled }
  }

  /// Ends the stream with the summary of an import that has ended before.
  func answer(_ summary: ImportSummary) {
    send(.summary(summary))
    change { state in state.end = state.end ?? .answered }
  }

  /// Changes the state, then wakes whoever has to know.
  private func change(_ body: (inout State) -> Void) {
    let (waiter, onEnd) = state.withLock { state in
      body(&state)
      guard state.end != nil else { return State.nobody }
      defer { state.onEnd = nil }
      return (state.takeWaiter(), state.onEnd)
    }
    waiter?.resume()
    onEnd?()
    signaller.yield()
  }

  /// Faults in messages of a bounded size.
  static func parts(_ faults: [RowFault]) -> [[RowFault]] {
    var parts: [[RowFault]] = []
    var part: [RowFault] = []
    var bytes = 0
    for fault in faults {
      part.append(fault)
      bytes += 64 + fault.value.count + (fault.hint?.utf8.count ?? 0)
      if bytes >= faultsBytesMax {
        parts.append(part)
        part = []
        bytes = 0
      }
    }
    if !part.isEmpty { parts.append(part) }
    return parts
  }

  // MARK: The sender's side

  /// Sends everything, in order, until the outbox is closed.
  func drain(_ write: (ImportResponse) async throws -> Void) async throws {
    for await _ in signal {
      while let messages = takeMessages() {
        for message in messages {
          try await write(message)
          // The writer's own back-pressure lags behind (Library facts, "gRPC").
          await Task.yield()
        }
        freePlaces()
      }
    }
  }

  /// What is to be sent now; nil if nothing is.
  private func takeMessages() -> [ImportResponse]? {
    let now = ContinuousClock.now
    return state.withLock { state in
      var messages = state.messages
      state.messages = []
      if let progress = state.progress, state.hasAccepted, !state.hasSummary,
        !state.isClosed
      {
        let due = state.pace.due ?? now
        if due <= now {
          messages.append(.progress(progress))
          state.progress = nil
          state.pace.sent(at: now)
        } else if !state.hasTimer {
          state.hasTimer = true
          wake(at: due)
        }
      }
      return messages.isEmpty && state.placesToFree == 0 ? nil : messages
    }
  }

  private func wake(at due: ContinuousClock.Instant) {
    Task {
      try? await Task.sleep(until: due, clock: .continuous)
      state.withLock { $0.hasTimer = false }
      signaller.yield()
    }
  }

  private func freePlaces() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.waitingChunkCount -= state.placesToFree
      state.placesToFree = 0
      state.grants.removeFirst(min(state.grantsToFree, state.grants.count))
      state.grantsToFree = 0
      return state.waitingChunkCount < Limits.waitingChunksMax ? state.takeWaiter() : nil
    }
    waiter?.resume()
  }
}

extension ImportEvent {
  /// Whether rows of the import are durable that were not before; its beginning alone is none.
  fileprivate var hasCommittedRows: Bool {
    switch self {
    case .applied: false
    case .committed(let progress): progress.committed > 0
    case .stopped, .failed: true
    }
  }
}
