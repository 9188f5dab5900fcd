internal import GRPCCore
internal import Logging
internal import MusterCore
internal import MusterWire
internal import Synchronization

/// Logs the calls that failed because of the daemon's machine: a full disk, one that fails, damage.
///
/// The caller is told too, but it is the administrator who can do something about it. Comes after
/// ``AccessInterceptor``, which says who calls.
struct FailureLog: ServerInterceptor {
  /// Lines in a minute: each of a thousand callers hears of the same disk.
  static let linesPerMinuteMax = 20
  private static let reasons: [ErrorReason] = [
    .noRoom, .storeUnavailable, .dataLoss, .internalError,
  ]

  private let logger: Logger
  private let pace: Pace

  private final class Pace: Sendable {
    let lines = Mutex(LogPace(linesMax: linesPerMinuteMax, in: .seconds(60)))
  }

  init(logger: Logger) {
    self.logger = logger
    pace = Pace()
  }

  func intercept<Input: Sendable, Output: Sendable>(
    request: StreamingServerRequest<Input>, context: ServerContext,
    next:
      @concurrent @Sendable (StreamingServerRequest<Input>, ServerContext) async throws ->
      StreamingServerResponse<Output>
  ) async throws -> StreamingServerResponse<Output> {
    do {
      var response = try await next(request, context)
      switch response.accepted {
      case .failure(let error): log(error, context)
      case .success(var contents):
        let producer = contents.producer
        contents.producer = { writer in
          do {
            return try await producer(writer)
          } catch {
            log(error, context)
            throw error
          }
        }
        response.accepted = .success(contents)
      }
      return response
    } catch {
      log(error, context)
      throw error
    }
  }

  private func log(_ error: any Error, _ context: ServerContext) {
    guard let error = error as? RPCError, let details = error.details,
      let reason = ErrorReason(rawValue: details.reason), Self.reasons.contains(reason),
      case .log(let leftOutCount) = pace.lines.withLock({ $0.next(at: .now) })
    else { return }
    // The message names a file and what is wrong with it, and no value of a member.
    var metadata: Logger.Metadata = [
      "method": "\(context.descriptor.fullyQualifiedMethod)", "reason": "\(reason.rawValue)",
      "error": "\(error.message)",
    ]
    if let access = try? CallAccess(context) {
      metadata["peer_uid"] = "\(access.peer.caller.user)"
    }
    if let workspace = details.facts[ErrorFact.workspace.rawValue] {
      metadata["workspace"] = "\(workspace)"
    }
    if leftOutCount > 0 { metadata["lines_left_out"] = "\(leftOutCount)" }
    logger.error("a call failed", metadata: metadata)
  }
}
