/// Where bytes are on their way through the daemon, in the order of that way.
///
/// Whoever holds memory of a stage may wait for memory of a later one, never of an earlier one. So
/// the holders of the last stage wait for nothing, and no circle of waiting can form.
public enum MemoryStage: Int, Sendable, CaseIterable {
  /// Messages that arrive, or have arrived and are not decoded yet.
  case received
  /// Decoded rows.
  case unpacked
  /// Checked rows that wait for the store, with their faults until the client has them.
  case checked
  /// Answers that wait for their client to read them.
  case answers

  /// The stages after it.
  var later: [MemoryStage] { Self.allCases.filter { $0.rawValue > rawValue } }
}

/// How much memory the calls of a daemon may take, and what is kept for whom.
public struct MemoryPlan: Sendable, Equatable {
  /// Bytes of all stages together.
  public var bytesMax: Int
  /// Bytes that earlier stages may not take: at least the largest claim of the stage, which can
  /// then always be granted in the end.
  public var keptBytes: [MemoryStage: Int]
  /// Bytes that only the owners of the daemon may take: root and its own user.
  public var ownerKeptBytes: Int

  /// - Parameters:
  ///   - keptBytes: None for a stage that is not named.
  public init(bytesMax: Int, keptBytes: [MemoryStage: Int] = [:], ownerKeptBytes: Int = 0) {
    self.bytesMax = bytesMax
    self.keptBytes = keptBytes
    self.ownerKeptBytes = ownerKeptBytes
  }

  /// The most that one claim of a stage can get from a budget of which nothing is used.
  ///
  /// - Parameter isOwner: Whether the claim is an owner's.
  public func claimBytesMax(_ stage: MemoryStage, isOwner: Bool) -> Int {
    bytesMax - stage.later.reduce(0) { $0 + (keptBytes[$1] ?? 0) }
      - (isOwner ? 0 : ownerKeptBytes)
  }
}
