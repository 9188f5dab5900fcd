internal import GRPCCore
internal import MusterWire

extension CallMemory {
  /// Runs what answers a call: gives back what each message held as the next one is asked for, and
  /// lets answers out only as their client takes them.
  func answering<Input: Sendable, Output: Sendable>(
    _ request: StreamingServerRequest<Input>, _ context: ServerContext,
    _ next:
      @concurrent @Sendable (StreamingServerRequest<Input>, ServerContext) async throws ->
      StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    var request = request
    request.metadata.removeAllValues(forKey: CallDoor.header)
    let answerBytes = MemoryBounds.answerBytes(of: context.descriptor.method)
    request.messages = RPCAsyncSequence(
      wrapping: CountedMessages(
        base: request.messages, memory: self, answerBytes: answerBytes))
    var response = try await next(request, context)
    if case .success(var contents) = response.accepted {
      let producer = contents.producer
      contents.producer = { writer in
        try await producer(
          RPCWriter(wrapping: PacedWriter(base: writer, memory: self, answerBytes: answerBytes)))
      }
      response.accepted = .success(contents)
    }
    return response
  }
}

/// The messages of a call, each with what it holds.
private struct CountedMessages<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable {
  let base: Base
  let memory: CallMemory
  /// Bytes of an answer that is made before anything of it is written.
  let answerBytes: Int

  struct AsyncIterator: AsyncIteratorProtocol {
    var base: Base.AsyncIterator
    let memory: CallMemory
    let answerBytes: Int

    mutating func next() async throws -> Base.Element? {
      try await next(isolation: nil)
    }

    mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws -> Base.Element? {
      memory.finishMessage()
      guard let message = try await base.next(isolation: actor) else { return nil }
      do {
        try memory.take()
      } catch {
        throw RPCError(error)
      }
      if answerBytes > MemoryBounds.answerBytes { try await memory.announce(answerBytes) }
      return message
    }
  }

  func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(
      base: base.makeAsyncIterator(), memory: memory, answerBytes: answerBytes)
  }
}

/// A writer that waits until its stream has room, as gRPC's own hardly does.
private struct PacedWriter<Element: Sendable>: RPCWriterProtocol {
  let base: RPCWriter<Element>
  let memory: CallMemory
  let answerBytes: Int

  func write(_ element: Element) async throws {
    try await memory.waitForAnswerRoom(answerBytes)
    try await base.write(element)
  }

  func write(contentsOf elements: some Sequence<Element>) async throws {
    for element in elements { try await write(element) }
  }
}
