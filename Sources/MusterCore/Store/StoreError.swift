/// Why a store did not do what it was asked.
public struct StoreError: Error, Sendable, Equatable {
  /// The kinds of failure; each has one gRPC status.
  public enum Code: Sendable, CaseIterable {
    case invalidArgument, notFound, alreadyExists, failedPrecondition
    /// Somebody else is at it; try again later.
    case aborted
    /// Somebody ended it.
    case cancelled
    /// A row number that is not the one expected.
    case outOfRange
    /// A limit, the disk or the memory is full.
    case resourceExhausted
    /// The store cannot write now; what was acknowledged is safe.
    case unavailable
    /// The file is damaged, or another program changed it.
    case dataLoss
    /// A bug of ours.
    case internalError
  }

  /// The kind of failure.
  public var code: Code
  /// A full sentence: what failed, on what, what to do; never a member's value.
  public var message: String

  /// Makes an error of a kind, in words.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

extension StoreError {
  /// What an import is answered with that stopped after so many faults, as its options ask.
  public static func stopped(
    _ progress: ImportProgress, isAllOrNothing: Bool = false
  ) -> StoreError {
    let kept =
      isAllOrNothing
      ? "it is all or nothing, so nothing of it was applied"
      : "its first \(progress.committed) rows were decided and are kept"
    return StoreError(
      .failedPrecondition,
      "The import stopped after \(progress.counts.faults) faults, as its options ask; \(kept)."
        + " Correct the rows and begin a new import.")
  }

  /// What the stream of an import is told that somebody has cancelled.
  public static func cancelled(_ importID: String, _ progress: ImportProgress) -> StoreError {
    StoreError(
      .cancelled,
      "The import \(importID) was cancelled; its first \(progress.committed) rows were decided and"
        + " are kept. It does not go on; it can be undone.")
  }

  /// What `begin` is answered with the id of an import that is over, and not because it finished.
  ///
  /// One that was refused has a summary to tell, as a finished one has.
  public static func isOver(
    _ record: ImportRecord, isAllOrNothing: Bool = false
  ) -> StoreError? {
    let what: String
    switch record.state {
    case .open, .running, .finished, .refused: return nil
    case .stopped: return .stopped(record.progress, isAllOrNothing: isAllOrNothing)
    case .cancelled: what = "was cancelled"
    case .expired: what = "has expired, because nobody went on with it in time"
    case .undoing: what = "is being undone"
    case .undone: what = "was undone"
    }
    return StoreError(
      .failedPrecondition,
      "The import \(record.importID) \(what); give a new import a new id.")
  }
}
