internal import GRPCCore
internal import MusterWire

extension MusterClient {
  /// Imports members, from begin to summary.
  ///
  /// The two closures run at the same time: rows are sent while events come in.
  ///
  /// - Parameters:
  ///   - begin: The columns and how their rows are to be applied.
  ///   - rows: Sends the rows; it starts when the daemon has accepted the import. If it throws, the
  ///     rows given so far are still sent, the import stays open, and the error is thrown on.
  ///     If the daemon ends the import first, the closure's task is cancelled.
  ///   - event: Called for each event, one after another; the daemon is held back meanwhile.
  /// - Returns: What the import did; every row is then durable or rejected.
  /// - Throws: ``MusterClientError`` with the import's id, if it was accepted; or what a closure
  ///   throws.
  public func importMembers(
    _ begin: BeginImport,
    rows: @escaping @Sendable (inout ImportRowSender) async throws -> Void,
    event: @escaping @Sendable (ImportEvent) async throws -> Void
  ) async throws -> ImportSummary {
    let call = ImportCall(rows: rows, event: event)
    do {
      let summary = try await withThrowingTaskGroup(of: ImportSummary.self) { group in
        group.addTask { try await run(call, begin) }
        group.addTask { try await call.waitForParting() }
        defer { group.cancelAll() }
        return try await group.next()
      }
      if let failure = call.sendingFailure { throw failure }
      guard let summary else { throw CancellationError() }
      return summary
    } catch {
      throw call.reason(for: error)
    }
  }

  private func run(_ call: ImportCall, _ begin: BeginImport) async throws -> ImportSummary {
    try await grpc.bidirectionalStreaming(
      request: StreamingClientRequest { try await call.send(begin, to: $0) },
      descriptor: ImportMethods.importMembers,
      serializer: WireSerializer<ImportRequest>(),
      deserializer: WireDeserializer<ImportResponse>(), options: options(timeout: nil)
    ) { try await call.receive($0) }
  }
}
