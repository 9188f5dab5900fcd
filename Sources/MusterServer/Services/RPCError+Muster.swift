internal import GRPCCore
internal import MusterCore

extension StoreError.Code {
  /// The status that a caller sees; the one table of codes.
  var status: RPCError.Code {
    switch self {
    case .invalidArgument: .invalidArgument
    case .notFound: .notFound
    case .alreadyExists: .alreadyExists
    case .failedPrecondition: .failedPrecondition
    case .aborted: .aborted
    case .cancelled: .cancelled
    case .outOfRange: .outOfRange
    case .resourceExhausted: .resourceExhausted
    case .unavailable: .unavailable
    case .dataLoss: .dataLoss
    case .internalError: .internalError
    }
  }
}

extension RPCError {
  init(_ error: StoreError) { self.init(code: error.code.status, message: error.message) }

  /// The status of whatever ended an import.
  init(importFailure error: any Error) {
    switch error {
    case let error as RPCError: self = error
    case let error as StoreError: self.init(error)
    case let error as ImportSession.Refusal:
      self.init(code: error.code.status, message: error.message)
    case let error as ColumnRefusal: self.init(code: .invalidArgument, message: error.message)
    case is CancellationError: self.init(code: .cancelled, message: "The call was cancelled.")
    default:
      self.init(code: .unavailable, message: "The stream broke; the import stays open.")
    }
  }
}
