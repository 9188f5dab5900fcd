internal import GRPCCore
public import MusterCore
public import MusterWire

extension MusterClient {
  /// A page of a workspace's imports, the newest first.
  ///
  /// - Throws: ``MusterClientError`` with `notFound` for the workspace, `invalidArgument` for a
  ///   page token that no page gave.
  public func listImports(_ request: ListImportsRequest) async throws -> ListImportsResponse {
    try await call(ImportMethods.listImports, request)
  }

  /// Ends an import that is open or running; what is committed stays, and can be undone.
  ///
  /// - Returns: The import as it ended.
  /// - Throws: ``MusterClientError`` with `notFound`, or `failedPrecondition` if it is over
  ///   already.
  public func cancelImport(_ request: CancelImportRequest) async throws -> ImportRecord {
    try await call(ImportMethods.cancelImport, request, as: CancelImportResponse.self).record
  }

  /// Tells how an import stands, at once and after each change, until it is over.
  ///
  /// - Parameters:
  ///   - request: The workspace and the import.
  ///   - event: Called at most four times a second; the last one is over.
  /// - Throws: ``MusterClientError`` with `notFound`, or what the closure throws.
  public func watchImport(
    _ request: WatchImportRequest,
    event: @escaping @Sendable (ImportRecord) async throws -> Void
  ) async throws {
    try await stream(ImportMethods.watchImport, request, as: WatchImportResponse.self) {
      try await event($0.record)
    }
  }

  /// Reads the faults that the ledger has of an import.
  ///
  /// - Parameters:
  ///   - request: The workspace and the import.
  ///   - faults: Called for each part, in the order of the rows.
  /// - Throws: ``MusterClientError`` with `notFound`, or what the closure throws. The faults were
  ///   complete only if this returns.
  public func listFaults(
    _ request: ListFaultsRequest, faults: @escaping @Sendable ([RowFault]) async throws -> Void
  ) async throws {
    try await stream(ImportMethods.listFaults, request, as: ListFaultsResponse.self) {
      try await faults($0.faults)
    }
  }

  /// Takes back what an import did; goes on where an earlier call was interrupted.
  ///
  /// When this throws, or its task is cancelled, what is taken back stays so.
  ///
  /// - Parameters:
  ///   - request: The workspace and the import.
  ///   - progress: Called at most four times a second.
  ///   - kept: Called with what stays as it is, in the order in which it was found; what an
  ///     interrupted call had found comes first.
  /// - Throws: ``MusterClientError`` with `notFound`, `failedPrecondition` if the import has not
  ///   ended or can no longer be undone, `aborted` while another call undoes it; or what a closure
  ///   throws.
  public func undoImport(
    _ request: UndoImportRequest,
    progress: @escaping @Sendable (UndoProgress) async throws -> Void = { _ in },
    kept: @escaping @Sendable ([KeptField]) async throws -> Void = { _ in }
  ) async throws -> UndoSummary {
    try await translatingErrorsWhileFull {
      try await grpc.serverStreaming(
        request: ClientRequest(message: request), descriptor: ImportMethods.undoImport,
        serializer: WireSerializer<UndoImportRequest>(),
        deserializer: WireDeserializer<UndoImportResponse>(), options: options(timeout: nil)
      ) { response in
        var summary: UndoSummary?
        for try await message in response.messages {
          switch message {
          case .progress(let counts): try await progress(counts)
          case .kept(let fields): try await kept(fields)
          case .summary(let sent): summary = sent
          }
        }
        guard let summary else {
          throw RPCError(
            code: .dataLoss, message: "The daemon ended the undo without a summary; call it again.")
        }
        return summary
      }
    }
  }

  /// A call whose answers are a stream of one kind.
  private func stream<Request: WireMessage, Response: WireMessage>(
    _ method: MethodDescriptor, _ request: Request, as response: Response.Type,
    _ body: @escaping @Sendable (Response) async throws -> Void
  ) async throws {
    try await translatingErrorsWhileFull {
      try await grpc.serverStreaming(
        request: ClientRequest(message: request), descriptor: method,
        serializer: WireSerializer<Request>(), deserializer: WireDeserializer<Response>(),
        options: options(timeout: nil)
      ) { response in
        for try await message in response.messages { try await body(message) }
      }
    }
  }
}
