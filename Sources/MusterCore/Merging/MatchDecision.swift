/// Which member a row is about, from what its identifiers hit.
///
/// Source: Design, "Match", step "Match". Members are never merged or picked.
public enum MatchDecision: Sendable, Equatable {
  case create
  case update(UInt32)
  /// Identifiers hit different members.
  case conflict

  /// - Parameters: The member that each identifier hit; 0 if it hit none or was not given.
  @inlinable
  public init(email: UInt32, phone: UInt32, externalID: UInt32) {
    let first = email != 0 ? email : phone != 0 ? phone : externalID
    if first == 0 {
      self = .create
    } else if (phone != 0 && phone != first) || (externalID != 0 && externalID != first) {
      self = .conflict
    } else {
      self = .update(first)
    }
  }
}
