/// A field that every member has, in the order in which Muster stores and exports them.
///
/// Source: Design, "Columns". The raw value is the field's place in a checked row.
public enum MemberField: Int, CaseIterable, Sendable {
  case email, phone, externalID, name, description, dateOfBirth, labels
  case notifyEmail, notifySMS, notifyVoice

  /// The number of fields; form fields take the places after it.
  public static let count = 10

  /// The column's name in a header, an export and a message.
  public var columnName: String {
    switch self {
    case .email: "email"
    case .phone: "phone"
    case .externalID: "external_id"
    case .name: "name"
    case .description: "description"
    case .dateOfBirth: "date_of_birth"
    case .labels: "labels"
    case .notifyEmail: "notify_email"
    case .notifySMS: "notify_sms"
    case .notifyVoice: "notify_voice"
    }
  }

  /// Whether the field tells who a member is: email, phone and external id.
  public var isIdentifier: Bool { rawValue < 3 }

  /// Whether the field's cells are true, false, 1 or 0.
  public var isBoolean: Bool { rawValue >= MemberField.notifyEmail.rawValue }
}
