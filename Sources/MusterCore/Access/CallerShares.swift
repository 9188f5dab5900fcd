/// How callers, each a user of the machine, share what there is a bounded amount of: connections,
/// exports, bytes.
///
/// The total has two parts:
/// - The *common* part is for everybody. A caller's use of it may grow as long as the caller then
///   holds no more of it than it leaves free (rounded up: who has none can take the last free
///   unit). So one caller alone gets half of it, the next half of what is left, and so on: of
///   1,000 units, ten callers that take all they can get 500, 250, 125, 63, 31, 16, 8, 4, 2 and 1.
///   Whoever holds little is served before whoever holds much, and what a caller gives back is
///   free to all.
/// - The *kept* part is for root and the daemon's own user, once their share of the common part is
///   used up; and some of it is for root alone, which so gets in when the daemon's user is the one
///   that takes all.
///
/// Nothing is taken away from a caller that has it. Pure: no lock, no clock.
package struct CallerShares: Sendable, Equatable {
  /// How much there is in all, of which how much is kept.
  package struct Plan: Sendable, Equatable {
    /// All there is.
    package var total: Int
    /// How much of it is kept for root and the daemon's own user.
    package var kept: Int
    /// How much of what is kept only root can have.
    package var keptForRoot: Int

    /// A plan; parts that are larger than the whole are cut to it.
    package init(total: Int, kept: Int, keptForRoot: Int) {
      self.total = max(0, total)
      self.kept = min(max(0, kept), self.total)
      self.keptForRoot = min(max(0, keptForRoot), self.kept)
    }
  }

  private struct Use: Equatable {
    var common = 0
    var kept = 0
    var isNothing: Bool { common == 0 && kept == 0 }
  }

  /// How much there is.
  package let plan: Plan
  /// The daemon's own user.
  package let owner: UInt32
  private var uses: [UInt32: Use] = [:]
  private var commonUsed = 0
  private var keptUsed = 0

  /// Shares of which nobody has any yet.
  package init(_ plan: Plan, owner: UInt32) {
    self.plan = plan
    self.owner = owner
  }

  /// How much all callers hold.
  package var used: Int { commonUsed + keptUsed }

  /// How many callers hold something.
  package var callerCount: Int { uses.count }

  /// How much a caller holds.
  package func used(by user: UInt32) -> Int { uses[user].map { $0.common + $0.kept } ?? 0 }

  /// How much more a caller may take now.
  package func room(for user: UInt32) -> Int { commonRoom(for: user) + keptRoom(for: user) }

  /// Takes so much for a caller, all of it or nothing.
  ///
  /// - Returns: false if that is more than its ``room(for:)``.
  package mutating func take(_ amount: Int = 1, for user: UInt32) -> Bool {
    let common = min(amount, commonRoom(for: user))
    let kept = amount - common
    guard amount >= 0, kept <= keptRoom(for: user) else { return false }
    if amount == 0 { return true }
    commonUsed += common
    keptUsed += kept
    var use = uses[user] ?? Use()
    use.common += common
    use.kept += kept
    uses[user] = use
    return true
  }

  /// Gives back what a caller has taken, of the kept part first; more than it holds is ignored.
  package mutating func giveBack(_ amount: Int = 1, of user: UInt32) {
    guard var use = uses[user], amount > 0 else { return }
    let kept = min(amount, use.kept)
    let common = min(amount - kept, use.common)
    use.kept -= kept
    use.common -= common
    keptUsed -= kept
    commonUsed -= common
    uses[user] = use.isNothing ? nil : use
  }

  /// Half of what the others leave, rounded up, less what the caller holds.
  private func commonRoom(for user: UInt32) -> Int {
    let own = uses[user]?.common ?? 0
    let leftByOthers = plan.total - plan.kept - (commonUsed - own)
    return max(0, leftByOthers - leftByOthers / 2 - own)
  }

  private func keptRoom(for user: UInt32) -> Int {
    guard user == 0 || user == owner else { return 0 }
    let left = plan.kept - keptUsed
    let stillForRoot = max(0, plan.keptForRoot - (uses[0]?.kept ?? 0))
    return user == 0 ? left : max(0, left - stillForRoot)
  }
}
