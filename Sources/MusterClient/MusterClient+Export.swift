internal import GRPCCore
internal import MusterWire

extension MusterClient {
  /// Reads members of a workspace, as rows that an import takes.
  ///
  /// The daemon is held back while a closure runs, so that memory stays constant.
  ///
  /// - Parameters:
  ///   - request: The workspace, which of its members, and the columns to add.
  ///   - header: Called once, first, with the columns' names.
  ///   - chunk: Called for each run of rows, in order.
  /// - Throws: ``MusterClientError``, or what a closure throws. Rows were complete only if this
  ///   returns.
  public func exportMembers(
    _ request: ExportMembersRequest,
    header: @escaping @Sendable ([String]) async throws -> Void,
    chunk: @escaping @Sendable (RowChunk) async throws -> Void
  ) async throws {
    try await translatingErrorsWhileFull {
      try await grpc.serverStreaming(
        request: ClientRequest(message: request), descriptor: MemberMethods.exportMembers,
        serializer: WireSerializer<ExportMembersRequest>(),
        deserializer: WireDeserializer<ExportResponse>(), options: options(timeout: nil)
      ) { response in
        for try await message in response.messages {
          switch message {
          case .header(let columns): try await header(columns)
          case .chunk(let rows): try await chunk(rows)
          }
        }
      }
    }
  }
}
