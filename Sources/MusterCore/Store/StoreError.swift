/// Why a store did not do what it was asked.
public struct StoreError: ExplainedError, Sendable, Equatable {
  /// The kinds of failure; each has one gRPC status.
  public enum Code: Sendable, CaseIterable {
    case invalidArgument, notFound, alreadyExists, failedPrecondition
    /// The policy does not let this caller do it.
    case permissionDenied
    /// Somebody else is at it; try again later.
    case aborted
    /// Somebody ended it.
    case cancelled
    /// The caller's own deadline has passed.
    case deadlineExceeded
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

  public var reason: ErrorReason
  public var message: String
  public var facts: [ErrorFact: String]
  public var violations: [FieldViolation]

  /// Makes an error of a kind, in words.
  public init(_ code: Code, _ message: String) {
    self.init(reason: code.reason, message)
  }

  /// Makes an error that has a reason of its own.
  public init(
    reason: ErrorReason, _ message: String, _ facts: [ErrorFact: String] = [:],
    violations: [FieldViolation] = []
  ) {
    self.reason = reason
    self.message = message
    self.facts = facts
    self.violations = violations
  }

  /// Makes an error about one field of the request, whose violation has the same words.
  ///
  /// - Parameter field: The field's path.
  public init(reason: ErrorReason = .invalidArgument, field: String, _ message: String) {
    self.init(
      reason: reason, message,
      violations: [FieldViolation(field: field, description: message)])
  }

  /// What another error says, as one of this type.
  public init(_ other: some ExplainedError) {
    self.init(reason: other.reason, other.message, other.facts, violations: other.violations)
  }

  /// The same error, told to whoever sent the fields inside of another one.
  ///
  /// - Parameter outer: The path of that one, such as `begin`.
  public func inside(_ outer: String) -> StoreError {
    var error = self
    error.violations = violations.map { $0.inside(outer) }
    return error
  }

  /// The same error with more facts; those that it has already stay.
  public func with(_ more: [ErrorFact: String]) -> StoreError {
    var error = self
    error.facts.merge(more) { own, _ in own }
    return error
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
      reason: .importStopped,
      "The import stopped after \(progress.counts.faults) faults, as its options ask; \(kept)."
        + " Correct the rows and begin a new import.")
  }

  /// What the stream of an import is told that somebody has cancelled.
  public static func cancelled(_ importID: String, _ progress: ImportProgress) -> StoreError {
    StoreError(
      reason: .importCancelled,
      "The import \(importID) was cancelled; its first \(progress.committed) rows were decided and"
        + " are kept. It does not go on; it can be undone.", [.importID: importID])
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
      reason: .importIsOver, "The import \(record.importID) \(what); give a new import a new id.",
      [.importID: record.importID, .state: "\(record.state)".uppercased()])
  }
}
