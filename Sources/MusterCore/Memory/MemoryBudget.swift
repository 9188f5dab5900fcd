/// Divides the memory for calls among the stages of their way and among the users who make them.
///
/// Claims of a stage are granted in the order in which they came, except that a user who has their
/// share steps back: three quarters of what the stage can have, and half of it while others wait.
/// A large claim is not overtaken by small ones of its stage: what is free is left to it until it
/// suffices.
public struct MemoryBudget: Sendable {
  /// What becomes of a claim.
  public enum Decision: Sendable, Equatable {
    case granted
    /// It is granted later, by a release or a cancellation.
    case waits
    /// It is more than the budget ever has for it.
    case refused
  }

  /// The bytes of one user, by stage.
  private struct Holding {
    var byteCount = 0
    var byStage = [Int](repeating: 0, count: MemoryStage.allCases.count)
  }

  /// How much there is, and what is kept for whom.
  public let plan: MemoryPlan
  /// Bytes that are granted.
  public private(set) var usedBytes = 0
  private var ownerUsedBytes = 0
  private var usedByStage = [Int](repeating: 0, count: MemoryStage.allCases.count)
  private var holdings: [UInt32: Holding] = [:]
  /// By stage, in the order in which they came.
  private var waiting = [[MemoryClaim]](repeating: [], count: MemoryStage.allCases.count)

  /// A budget of which nothing is used.
  public init(plan: MemoryPlan) { self.plan = plan }

  /// Claims that wait.
  public var waitingCount: Int { waiting.reduce(0) { $0 + $1.count } }

  /// Bytes that a user holds.
  public func usedBytes(by user: UInt32) -> Int { holdings[user]?.byteCount ?? 0 }

  /// Asks for memory.
  ///
  /// - Parameter waits: Whether it may wait; else it is refused instead.
  /// - Complexity: O(claims that wait in its stage).
  public mutating func claim(_ claim: MemoryClaim, waits: Bool = true) -> Decision {
    guard claim.byteCount <= plan.claimBytesMax(claim.stage, isOwner: claim.isOwner) else {
      return .refused
    }
    if isNext(claim) {
      grant(claim)
      return .granted
    }
    guard waits else { return .refused }
    waiting[claim.stage.rawValue].append(claim)
    return .waits
  }

  /// Gives a part or all of a granted claim back.
  ///
  /// - Returns: The claims that are granted by it.
  public mutating func release(_ claim: MemoryClaim) -> [MemoryClaim] {
    take(claim, -claim.byteCount)
    return grantWaiting()
  }

  /// Counts memory that is taken already, whether there is room for it or not: what is smaller than
  /// what the claims before it foresaw by far, or known afterwards only.
  public mutating func force(_ claim: MemoryClaim) { grant(claim) }

  /// Ends the waiting of a claim.
  ///
  /// - Returns: The claims that are granted by it: those that it stood before.
  public mutating func cancel(_ claim: MemoryClaim) -> [MemoryClaim] {
    waiting[claim.stage.rawValue].removeAll { $0.id == claim.id }
    return grantWaiting()
  }

  // MARK: Decisions

  /// Whether a claim that comes now is granted at once.
  private func isNext(_ claim: MemoryClaim) -> Bool {
    guard hasRoom(claim), !isOverShare(claim) else { return false }
    return waiting[claim.stage.rawValue].allSatisfy { isOverShare($0) && $0.user != claim.user }
  }

  private mutating func grantWaiting() -> [MemoryClaim] {
    var granted: [MemoryClaim] = []
    // Later stages first: they give back without waiting for others.
    for stage in MemoryStage.allCases.reversed() {
      while let place = nextPlace(stage) {
        let claim = waiting[stage.rawValue].remove(at: place)
        grant(claim)
        granted.append(claim)
      }
    }
    return granted
  }

  /// Where the claim stands that is granted next; nil if none is.
  private func nextPlace(_ stage: MemoryStage) -> Int? {
    let claims = waiting[stage.rawValue]
    guard let place = claims.firstIndex(where: { !isOverShare($0) }), hasRoom(claims[place]) else {
      return nil
    }
    return place
  }

  private func hasRoom(_ claim: MemoryClaim) -> Bool {
    var free = plan.bytesMax - usedBytes
    for stage in claim.stage.later {
      free -= max(0, (plan.keptBytes[stage] ?? 0) - usedByStage[stage.rawValue])
    }
    if !claim.isOwner { free -= max(0, plan.ownerKeptBytes - ownerUsedBytes) }
    return claim.byteCount <= free
  }

  /// Whether a user would have more than their share of a stage and of those before it.
  ///
  /// The first claim of a user in a stage never is over it: who holds memory of an earlier stage
  /// must be able to get on.
  private func isOverShare(_ claim: MemoryClaim) -> Bool {
    guard let holding = holdings[claim.user], holding.byStage[claim.stage.rawValue] > 0 else {
      return false
    }
    let held = holding.byStage[...claim.stage.rawValue].reduce(0, +) + claim.byteCount
    let bytesMax = plan.claimBytesMax(claim.stage, isOwner: claim.isOwner)
    if held <= bytesMax / 2 { return false }
    return held > bytesMax / 4 * 3
      || waiting.contains { claims in claims.contains { $0.user != claim.user } }
  }

  private mutating func grant(_ claim: MemoryClaim) { take(claim, claim.byteCount) }

  private mutating func take(_ claim: MemoryClaim, _ byteCount: Int) {
    usedBytes += byteCount
    if claim.isOwner { ownerUsedBytes += byteCount }
    usedByStage[claim.stage.rawValue] += byteCount
    var holding = holdings[claim.user] ?? Holding()
    holding.byteCount += byteCount
    holding.byStage[claim.stage.rawValue] += byteCount
    holdings[claim.user] = holding.byteCount == 0 ? nil : holding
  }
}
