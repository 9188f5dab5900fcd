internal import Glibc
internal import MusterCore
internal import MusterFaults
internal import Synchronization

/// Places for connections or calls of one kind, which the callers share fairly (``CallerShares``).
final class SharedPlaces: Sendable {
  /// How many there are in all.
  let placesMax: Int
  private let shares: Mutex<CallerShares>

  /// - Parameter owner: The daemon's own user.
  init(_ plan: CallerShares.Plan, owner: UInt32 = geteuid()) {
    placesMax = plan.total
    var plan = plan
    // Everybody takes as root then, and all of it is root's.
    if Mutant.ignoresShares.isOn { plan.kept = plan.total }
    shares = Mutex(CallerShares(plan, owner: owner))
  }

  /// Takes a place for a user; false if the user's share is used up.
  func take(for user: UInt32) -> Bool {
    shares.withLock { $0.take(for: Mutant.ignoresShares.isOn ? 0 : user) }
  }

  /// Gives a place back that a user has taken.
  func giveBack(of user: UInt32) {
    shares.withLock { $0.giveBack(of: Mutant.ignoresShares.isOn ? 0 : user) }
  }

  /// Runs a call in a place of its caller's share.
  ///
  /// - Parameters:
  ///   - calls: What the calls are, in the plural, such as "exports".
  ///   - limit: The name of the bound, as PROTOCOL.md has it.
  /// - Throws: `tooManyCalls` if the share is used up, or what `body` throws.
  func withPlace<Result>(
    for caller: AccessCaller, _ calls: String, limit: String, _ body: () async throws -> Result
  ) async throws -> Result {
    guard take(for: caller.user) else {
      throw StoreError(
        reason: .tooManyCalls,
        "The daemon runs up to \(placesMax) \(calls) at the same time, and your user (uid"
          + " \(caller.user)) has its share of them; try again when one of them has ended.",
        Limits.facts(limit, placesMax))
    }
    defer { giveBack(of: caller.user) }
    return try await body()
  }
}
