internal import GRPCCore
internal import MusterWire
internal import Synchronization

/// The two sides of one import that is running: a task that sends and a task that receives.
final class ImportCall: Sendable {
  private struct State {
    var importID: String?
    var sendingFailure: (any Error)?
  }

  private let rows: @Sendable (inout ImportRowSender) async throws -> Void
  private let event: @Sendable (ImportEvent) async throws -> Void
  private let state = Mutex(State())
  /// Brings the daemon's answer to begin to the sending side.
  private let answers: AsyncStream<ImportAccepted>
  private let answered: AsyncStream<ImportAccepted>.Continuation
  /// Ends when the caller's closure has given up.
  private let parting: AsyncStream<Void>
  private let parted: AsyncStream<Void>.Continuation

  init(
    rows: @escaping @Sendable (inout ImportRowSender) async throws -> Void,
    event: @escaping @Sendable (ImportEvent) async throws -> Void
  ) {
    self.rows = rows
    self.event = event
    (answers, answered) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    (parting, parted) = AsyncStream.makeStream()
  }

  /// Why the caller's closure gave up, if it did.
  var sendingFailure: (any Error)? { state.withLock { $0.sendingFailure } }

  /// What to tell the caller when the call has ended with an error.
  func reason(for error: any Error) -> any Error {
    if let failure = sendingFailure { return failure }
    guard let error = error as? RPCError else { return error }
    if Task.isCancelled && error.code == .cancelled { return CancellationError() }
    return MusterClientError(error, importID: state.withLock { $0.importID })
  }

  /// The sending side. It never throws: whoever throws here resets the stream, and with it the rows
  /// that the daemon has not read yet. Ending without a finish leaves the import open.
  func send(_ begin: BeginImport, to writer: RPCWriter<ImportRequest>) async throws {
    try await writer.write(.begin(begin))
    var iterator = answers.makeAsyncIterator()
    guard let accepted = await iterator.next() else { return }
    var sender = ImportRowSender(accepted: accepted, writer: writer)
    do {
      try await rows(&sender)
      try await sender.finish()
    } catch {
      guard !Task.isCancelled else { throw error }
      // The receiving side knows why, whatever the closure made of it.
      if sender.hasEnded { return }
      state.withLock { $0.sendingFailure = error }
      try? await sender.flush()
      parted.finish()
    }
  }

  /// Waits until the caller's closure has given up, and then for as long as the daemon may take to
  /// end the import; always throws.
  func waitForParting() async throws -> ImportSummary {
    for await _ in parting {}
    try Task.checkCancellation()
    try await Task.sleep(for: ClientBounds.partingTimeout)
    throw RPCError(code: .deadlineExceeded, message: "The daemon did not end the import in time.")
  }

  /// The receiving side.
  func receive(_ response: StreamingClientResponse<ImportResponse>) async throws -> ImportSummary {
    defer { answered.finish() }
    var summary: ImportSummary?
    for try await message in response.messages {
      switch message {
      case .accepted(let accepted):
        state.withLock { $0.importID = accepted.importID }
        try await event(.accepted(accepted))
        answered.yield(accepted)
      case .progress(let progress): try await event(.progress(progress))
      case .faults(let faults): try await event(.faults(faults))
      case .changes(let changes): try await event(.changes(changes))
      case .summary(let sent): summary = sent
      }
    }
    guard let summary else {
      throw RPCError(
        code: .dataLoss,
        message: "The daemon ended the import without a summary; begin again with its id.")
    }
    return summary
  }
}
