internal import GRPCCore
internal import MusterCore
internal import MusterFaults
internal import MusterWire

extension RPCError {
  /// The status of whatever ended a call.
  ///
  /// - Parameters:
  ///   - cancellation: What a call is told whose task was cancelled.
  ///   - otherwise: What it is told of an error that says nothing.
  init(
    failure error: any Error, cancellation: StoreError,
    otherwise: StoreError = StoreError(
      .internalError, "The call failed; look into the daemon's log.")
  ) {
    switch error {
    case let error as RPCError: self = error
    case let error as any ExplainedError: self.init(error)
    case is CancellationError: self.init(cancellation)
    default: self.init(otherwise)
    }
    if Mutant.leavesDetailsOut.isOn { metadata = [:] }
  }
}
