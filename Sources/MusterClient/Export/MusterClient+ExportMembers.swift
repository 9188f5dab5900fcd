internal import GRPCCore
public import MusterWire

extension MusterClient {
  /// Reads all members of a workspace.
  ///
  /// ```swift
  /// try await muster.exportMembers { rows in
  ///   for try await row in rows { print(row.member.name ?? "nobody") }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - workspace: The workspace whose members to read.
  ///   - added: Columns to add before the others: the member's number, its role.
  ///   - body: Reads the rows; the export ends when it returns, read to its end or not.
  /// - Returns: What `body` returns.
  /// - Throws: ``MusterClientError``, or what `body` throws.
  public func exportMembers<Result: Sendable>(
    workspace: String = "default", with added: [ExportColumn] = [],
    _ body: @escaping @Sendable (ExportedRows) async throws -> Result
  ) async throws -> Result {
    try await translatingErrors {
      try await grpc.serverStreaming(
        request: ClientRequest(
          message: ExportMembersRequest(workspace: workspace, with: added)),
        descriptor: MemberMethods.exportMembers,
        serializer: WireSerializer<ExportMembersRequest>(),
        deserializer: WireDeserializer<ExportResponse>(), options: options(timeout: nil)
      ) { response in
        try await body(ExportedRows(response))
      }
    }
  }
}
