internal import GRPCCore

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
        "The socket's owner closed the connection at once; musterd serves its own user and root "
          + "alone, and a bounded number of connections."
      default: error.message
      }
    self.init(
      code: Code(rawValue: error.code.rawValue) ?? .unknown, message: message, importID: importID)
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
