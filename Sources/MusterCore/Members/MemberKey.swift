/// What one member is named by: its number, or one of its identifiers.
public enum MemberKey: Sendable, Hashable {
  /// The member's number.
  case id(UInt64)
  /// An email, found by its key: the case of ASCII letters does not matter.
  case email(String)
  /// A phone, compared exactly.
  case phone(String)
  /// The caller's own id for the person, compared exactly.
  case externalID(String)

  /// What kind of name it is, in a message: never the value.
  public var kind: String {
    switch self {
    case .id: "id"
    case .email: MemberField.email.columnName
    case .phone: MemberField.phone.columnName
    case .externalID: MemberField.externalID.columnName
    }
  }

  /// What a caller is told when nobody has it. The message never holds the value.
  public var notFound: StoreError {
    StoreError(
      reason: .memberNotFound,
      "The workspace has no member with this \(kind); look for it with: muster member list --text "
        + "PART")
  }
}
