internal import GRPCCore
public import MusterWire

extension MusterClient {
  /// Reads the members of a workspace.
  ///
  /// ```swift
  /// try await muster.exportMembers { rows in
  ///   for try await row in rows { print(row.member.name ?? "nobody") }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - workspace: The workspace whose members to read.
  ///   - added: Columns to add before the others: the member's number, its role, its times.
  ///   - role: Only members of this role, by its slug or number; nil means any.
  ///   - labels: Only members that have all of these labels.
  ///   - body: Reads the rows; the export ends when it returns, read to its end or not.
  /// - Returns: What `body` returns.
  /// - Throws: ``MusterClientError``, or what `body` throws.
  public func exportMembers<Result: Sendable>(
    workspace: String = "default", with added: [ExportColumn] = [], role: String? = nil,
    labels: [String] = [],
    _ body: @escaping @Sendable (ExportedRows) async throws -> Result
  ) async throws -> Result {
    try await translatingErrors {
      try await grpc.serverStreaming(
        request: ClientRequest(
          message: ExportMembersRequest(
            workspace: workspace, with: added, role: role ?? "", labels: labels)),
        descriptor: MemberMethods.exportMembers,
        serializer: WireSerializer<ExportMembersRequest>(),
        deserializer: WireDeserializer<ExportResponse>(), options: options(timeout: nil)
      ) { response in
        try await body(ExportedRows(response))
      }
    }
  }
}
