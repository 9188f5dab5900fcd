internal import GRPCCore
public import MusterCore
public import MusterWire

extension MusterClient {
  /// Verifies a workspace's store against every rule; changes nothing.
  ///
  /// - Parameters:
  ///   - request: The workspace.
  ///   - progress: Called at most four times a second.
  ///   - finding: Called for each rule that is broken, at the end; never for a sound store.
  /// - Throws: ``MusterClientError`` with `notFound`, `failedPrecondition` for a store of another
  ///   version, `aborted` if imports write too much meanwhile; or what a closure throws.
  public func checkWorkspace(
    _ request: CheckWorkspaceRequest,
    progress: @escaping @Sendable (CheckProgress) async throws -> Void = { _ in },
    finding: @escaping @Sendable (CheckFinding) async throws -> Void
  ) async throws -> CheckSummary {
    try await translatingErrorsWhileFull {
      try await grpc.serverStreaming(
        request: ClientRequest(message: request), descriptor: MaintenanceMethods.checkWorkspace,
        serializer: WireSerializer<CheckWorkspaceRequest>(),
        deserializer: WireDeserializer<CheckWorkspaceResponse>(), options: options(timeout: nil)
      ) { response in
        var summary: CheckSummary?
        for try await message in response.messages {
          switch message {
          case .progress(let counts): try await progress(counts)
          case .finding(let found): try await finding(found)
          case .summary(let sent): summary = sent
          }
        }
        guard let summary else { throw Self.lacksSummary("check") }
        return summary
      }
    }
  }

  /// Copies a workspace's store, as it is when the daemon's own copy is complete.
  ///
  /// - Parameters:
  ///   - request: The workspace.
  ///   - progress: Called at most four times a second while the daemon makes its copy.
  ///   - bytes: Called with the parts of the file, in order; the daemon is held back meanwhile.
  /// - Throws: ``MusterClientError`` with `notFound`, `resourceExhausted` where the daemon has no
  ///   room for its copy; or what a closure throws. The file is complete only if this returns.
  public func backUpWorkspace(
    _ request: BackUpWorkspaceRequest,
    progress: @escaping @Sendable (BackupProgress) async throws -> Void = { _ in },
    bytes: @escaping @Sendable ([UInt8]) async throws -> Void
  ) async throws -> BackUpSummary {
    try await translatingErrorsWhileFull {
      try await grpc.serverStreaming(
        request: ClientRequest(message: request), descriptor: MaintenanceMethods.backUpWorkspace,
        serializer: WireSerializer<BackUpWorkspaceRequest>(),
        deserializer: WireDeserializer<BackUpWorkspaceResponse>(), options: options(timeout: nil)
      ) { response in
        var summary: BackUpSummary?
        var byteCount: UInt64 = 0
        for try await message in response.messages {
          switch message {
          case .progress(let counts): try await progress(counts)
          case .data(let part):
            byteCount += UInt64(part.count)
            try await bytes(part)
          case .summary(let sent): summary = sent
          }
        }
        guard let summary, summary.byteCount == byteCount else {
          throw Self.lacksSummary("backup")
        }
        return summary
      }
    }
  }

  private static func lacksSummary(_ call: String) -> RPCError {
    RPCError(code: .dataLoss, message: "The daemon ended the \(call) before its end; try again.")
  }
}
