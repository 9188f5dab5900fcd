public import GRPCCore
public import MusterCore

extension StoreError.Code {
  /// The status that a caller sees; the one table of codes.
  public var status: RPCError.Code {
    switch self {
    case .invalidArgument: .invalidArgument
    case .notFound: .notFound
    case .permissionDenied: .permissionDenied
    case .alreadyExists: .alreadyExists
    case .failedPrecondition: .failedPrecondition
    case .aborted: .aborted
    case .cancelled: .cancelled
    case .deadlineExceeded: .deadlineExceeded
    case .outOfRange: .outOfRange
    case .resourceExhausted: .resourceExhausted
    case .unavailable: .unavailable
    case .dataLoss: .dataLoss
    case .internalError: .internalError
    }
  }
}

extension RPCError {
  /// The status of an error, with its details in the trailers.
  public init(_ error: some ExplainedError) {
    let details = StatusDetails(error)
    var metadata = Metadata()
    do throws(WireError) {
      metadata.addBinary(try details.pack(), forKey: StatusDetails.trailer)
    } catch {
      // There is no memory for them: the status and its message say what they can.
    }
    self.init(code: error.reason.code.status, message: details.message, metadata: metadata)
  }

  /// What the trailers say besides the status; nil if they say nothing that can be read.
  public var details: StatusDetails? {
    for bytes in metadata[binaryValues: StatusDetails.trailer] {
      return unsafe bytes.withUnsafeBytes { unsafe try? StatusDetails.unpack($0) }
    }
    return nil
  }
}
