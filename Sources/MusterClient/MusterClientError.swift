internal import GRPCCore
public import MusterCore
internal import MusterWire

/// Why a call failed.
///
/// The message is a full sentence from the daemon, or from this library if it never got that far;
/// it never holds a member's value.
public struct MusterClientError: Error, Sendable, Equatable {
  /// The status codes of gRPC, under its names and numbers.
  public enum Code: Int, Sendable {
    case cancelled = 1
    case unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
    case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, internalError
    case unavailable, dataLoss, unauthenticated
  }

  /// The status of the call: the daemon's, or this library's if no answer came.
  public var code: Code
  /// What failed, on what, what to do.
  public var message: String
  /// The import that the daemon had accepted; it can be gone on with.
  public var importID: String?
  /// Why the daemon refused, for a program; nil if it did not say, or not in words of this version.
  public var reason: ErrorReason?
  /// What a program needs to know besides, such as the limit that was met.
  public var facts: [ErrorFact: String] = [:]
  /// The fields of the request that are wrong; where there are too many,
  /// `facts[.violationsLeftOut]` says how many more.
  public var fieldViolations: [FieldViolation] = []
  /// How long to wait before the same call is made again; nil where waiting does not help.
  public var retryAfter: Duration?
  /// Whether the daemon's socket accepts connections, and nobody answers on them.
  package var isUnanswered = false

  /// Makes an error; without an id, one of a call that opened no import.
  public init(code: Code, message: String, importID: String? = nil) {
    self.code = code
    self.message = message
    self.importID = importID
  }
}

extension MusterClientError: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}

extension MusterClientError {
  init(_ error: RPCError, importID: String? = nil) {
    let message =
      switch error.message {
      case "": "The daemon answered with status \(error.code) and no reason; look into its log."
      // The transport's own words for a connection that broke.
      case "Stream unexpectedly closed.":
        "The connection to the daemon broke; look whether musterd still runs, and into its log."
      case let text where text.contains("before completing the HTTP/2 connection preface"):
        "The socket's owner closed the connection at once; musterd serves a bounded number of "
          + "connections, and few of users whom it does not know."
      default: error.message
      }
    self.init(
      code: Code(rawValue: error.code.rawValue) ?? .unknown, message: message, importID: importID)
    guard let details = error.details else { return }
    if details.domain == StatusDetails.domain { reason = ErrorReason(rawValue: details.reason) }
    for (name, value) in details.facts {
      if let fact = ErrorFact(rawValue: name) { facts[fact] = value }
    }
    fieldViolations = details.violations
    retryAfter = details.retryAfter
  }
}

/// Runs a call and gives its failures this library's type; a caller's own errors pass unchanged.
func translatingErrors<Result>(_ call: () async throws -> Result) async throws -> Result {
  do {
    return try await call()
  } catch let error as RPCError {
    throw MusterClientError(error)
  } catch let error as RuntimeError {
    throw MusterClientError(code: .unavailable, message: error.message)
  }
}
