/// A wish for a part of the daemon's memory.
public struct MemoryClaim: Sendable, Equatable {
  /// Names the claim; the caller of the budget never gives a number twice.
  public var id: UInt64
  /// The user who makes the call.
  public var user: UInt32
  /// Whether that is root or the daemon's own user.
  public var isOwner: Bool
  /// What it is for.
  public var stage: MemoryStage
  /// How much it is.
  public var byteCount: Int

  /// A claim of so many bytes, at least 0.
  public init(id: UInt64, user: UInt32, isOwner: Bool, stage: MemoryStage, byteCount: Int) {
    self.id = id
    self.user = user
    self.isOwner = isOwner
    self.stage = stage
    self.byteCount = max(byteCount, 0)
  }
}
