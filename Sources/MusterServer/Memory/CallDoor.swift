internal import GRPCCore
internal import Glibc
internal import MusterCore
internal import NIOCore
internal import Synchronization

/// Lets the calls of all connections in, as many as there may be, and finds the memory of each.
///
/// A call is known by a header that its stream puts into its metadata; one that the client has sent
/// under that name is dropped.
final class CallDoor: Sendable {
  private struct State {
    var calls: [String: CallMemory] = [:]
    var callCount: UInt64 = 0
  }

  /// The name of the header.
  static let header = "muster-call"

  let memory: DaemonMemory
  private let callsMax: Int
  private let peers: Peers
  private let owner: UInt32
  private let places: SharedPlaces
  private let state = Mutex(State())

  init(bounds: MemoryBounds, callsMax: Int, peers: Peers, owner: UInt32) {
    self.callsMax = callsMax
    self.peers = peers
    self.owner = owner
    memory = DaemonMemory(plan: bounds.plan)
    places = SharedPlaces(
      CallerShares.Plan(
        total: callsMax, kept: bounds.callsKeptMax, keptForRoot: bounds.callsKeptForRootMax))
  }

  /// A call that was let in.
  struct Admission: Sendable {
    let name: String
    let call: CallMemory
    let unasked: UnaskedBytes
  }

  /// Lets a call of a connection in; ``leave(_:)`` ends it.
  ///
  /// - Throws: `tooManyCalls`, `callCancelled` on a connection that is gone.
  func enter(from channel: any Channel) throws(StoreError) -> Admission {
    guard let connection = peers.connection(of: channel) else {
      throw StoreError(reason: .callCancelled, "The connection is gone.")
    }
    let user = connection.peer.caller.user
    guard places.take(for: user) else {
      throw StoreError(
        reason: .tooManyCalls,
        "The daemon answers up to \(callsMax) calls at the same time, and your user (uid"
          + " \(user)) has its share of them; try again when some of them have ended.",
        Limits.facts("callsMax", callsMax))
    }
    return state.withLock { state in
      state.callCount += 1
      let admission = Admission(
        name: "\(state.callCount)",
        call: CallMemory(
          caller: MemoryCaller(user: user, isOwner: user == 0 || user == owner), daemon: memory),
        unasked: connection.unasked)
      state.calls[admission.name] = admission.call
      return admission
    }
  }

  /// A call has ended.
  func leave(_ admission: Admission) {
    state.withLock { $0.calls[admission.name] = nil }
    places.giveBack(of: admission.call.caller.user)
    admission.call.close()
  }

  /// The memory of the call that a request belongs to; nil once its stream is gone.
  func call(_ metadata: Metadata) -> CallMemory? {
    var names = metadata[stringValues: Self.header].makeIterator()
    guard let name = names.next() else { return nil }
    return state.withLock { $0.calls[name] }
  }
}
