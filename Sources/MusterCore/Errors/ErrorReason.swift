/// Why a call was refused, for programs: the name of a reason stays, where a message may change.
///
/// Each belongs to one ``StoreError/Code``, and with it to one gRPC status; PROTOCOL.md lists them.
public enum ErrorReason: String, Sendable, CaseIterable {
  // Invalid arguments
  case invalidArgument = "INVALID_ARGUMENT"
  case malformedMessage = "MALFORMED_MESSAGE"
  case wrongMessageOrder = "WRONG_MESSAGE_ORDER"
  case wrongColumns = "WRONG_COLUMNS"
  case unknownRole = "UNKNOWN_ROLE"
  case unknownLabel = "UNKNOWN_LABEL"
  case invalidName = "INVALID_NAME"
  case invalidForm = "INVALID_FORM"
  // Not found
  case notFound = "NOT_FOUND"
  case workspaceNotFound = "WORKSPACE_NOT_FOUND"
  case importNotFound = "IMPORT_NOT_FOUND"
  case memberNotFound = "MEMBER_NOT_FOUND"
  // Not allowed
  case scopeMissing = "SCOPE_MISSING"
  case noAccess = "NO_ACCESS"
  // Already there
  case alreadyExists = "ALREADY_EXISTS"
  // Failed preconditions
  case failedPrecondition = "FAILED_PRECONDITION"
  case importDiffers = "IMPORT_DIFFERS"
  case importIsOver = "IMPORT_IS_OVER"
  case importStopped = "IMPORT_STOPPED"
  case importNotOver = "IMPORT_NOT_OVER"
  case undoNotKept = "UNDO_NOT_KEPT"
  case inUse = "IN_USE"
  case importsRunning = "IMPORTS_RUNNING"
  case notChangeable = "NOT_CHANGEABLE"
  case otherVersion = "OTHER_VERSION"
  // Aborted
  case busy = "BUSY"
  case importRunning = "IMPORT_RUNNING"
  case catalogueChanged = "CATALOGUE_CHANGED"
  case streamEnded = "STREAM_ENDED"
  // Cancelled, or too late
  case callCancelled = "CALL_CANCELLED"
  case importCancelled = "IMPORT_CANCELLED"
  case deadlineExceeded = "DEADLINE_EXCEEDED"
  // Out of range
  case unexpectedRow = "UNEXPECTED_ROW"
  // Exhausted
  case noRoom = "NO_ROOM"
  case limitExceeded = "LIMIT_EXCEEDED"
  case tooManyCalls = "TOO_MANY_CALLS"
  // Not now
  case storeUnavailable = "STORE_UNAVAILABLE"
  case daemonStopping = "DAEMON_STOPPING"
  // Damage, and bugs of ours
  case dataLoss = "DATA_LOSS"
  case internalError = "INTERNAL_ERROR"
}

extension ErrorReason {
  /// The kind of failure that it belongs to.
  public var code: StoreError.Code {
    switch self {
    case .invalidArgument, .malformedMessage, .wrongMessageOrder, .wrongColumns, .unknownRole,
      .unknownLabel, .invalidName, .invalidForm:
      .invalidArgument
    case .notFound, .workspaceNotFound, .importNotFound, .memberNotFound: .notFound
    case .scopeMissing, .noAccess: .permissionDenied
    case .alreadyExists: .alreadyExists
    case .failedPrecondition, .importDiffers, .importIsOver, .importStopped, .importNotOver,
      .undoNotKept, .inUse, .importsRunning, .notChangeable, .otherVersion:
      .failedPrecondition
    case .busy, .importRunning, .catalogueChanged, .streamEnded: .aborted
    case .callCancelled, .importCancelled: .cancelled
    case .deadlineExceeded: .deadlineExceeded
    case .unexpectedRow: .outOfRange
    case .noRoom, .limitExceeded, .tooManyCalls: .resourceExhausted
    case .storeUnavailable, .daemonStopping: .unavailable
    case .dataLoss: .dataLoss
    case .internalError: .internalError
    }
  }

  /// How long to wait before the same call is made again; nil where waiting does not help.
  public var retryAfter: Duration? {
    switch self {
    case .busy, .importRunning, .catalogueChanged, .tooManyCalls, .daemonStopping: .seconds(1)
    default: nil
    }
  }
}

extension StoreError.Code {
  /// The reason of an error that has no closer one.
  public var reason: ErrorReason {
    switch self {
    case .invalidArgument: .invalidArgument
    case .notFound: .notFound
    case .permissionDenied: .scopeMissing
    case .alreadyExists: .alreadyExists
    case .failedPrecondition: .failedPrecondition
    case .aborted: .busy
    case .cancelled: .callCancelled
    case .deadlineExceeded: .deadlineExceeded
    case .outOfRange: .unexpectedRow
    case .resourceExhausted: .noRoom
    case .unavailable: .storeUnavailable
    case .dataLoss: .dataLoss
    case .internalError: .internalError
    }
  }
}
