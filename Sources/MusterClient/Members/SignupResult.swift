public import MusterCore

/// What became of a signup.
public enum SignupResult: Sendable, Equatable {
  /// The member as it is now, durable; whether the signup made it, and whether it changed anything.
  case accepted(StoredMember, isCreated: Bool, isChanged: Bool)
  /// The rules that it broke, all of them; nothing was changed.
  case rejected([RowFault])

  init(_ outcome: SignupOutcome) {
    switch outcome {
    case .accepted(let member, let isCreated, let isChanged):
      self = .accepted(StoredMember(member), isCreated: isCreated, isChanged: isChanged)
    case .rejected(let faults): self = .rejected(faults)
    }
  }
}
