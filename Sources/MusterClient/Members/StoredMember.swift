internal import MusterCore

/// A member as the daemon has it: what an import or a signup may set, and what the daemon adds.
public struct StoredMember: Sendable, Hashable, Identifiable {
  /// The member's number in its workspace; never given to another.
  public var id: UInt64
  /// The slug of its role.
  public var role: String
  /// When it was made, in seconds since 1970.
  public var createdAt: Int64
  /// When it was last changed, in seconds since 1970.
  public var updatedAt: Int64
  /// Its values; nil for those that it does not have.
  public var member: Member

  init(_ snapshot: MemberSnapshot) {
    id = snapshot.id
    role = snapshot.role
    createdAt = snapshot.createdAt
    updatedAt = snapshot.updatedAt
    func text(_ text: String) -> String? { text.isEmpty ? nil : text }
    member = Member(
      email: text(snapshot.email), phone: text(snapshot.phone),
      externalID: text(snapshot.externalID), name: text(snapshot.name),
      description: text(snapshot.description),
      dateOfBirth: DateRule.day(Array(snapshot.dateOfBirth.utf8).span), labels: snapshot.labels,
      notifyEmail: snapshot.notifyEmail, notifySMS: snapshot.notifySMS,
      notifyVoice: snapshot.notifyVoice)
    for value in snapshot.formValues {
      member.forms[value.form, default: [:]][value.field] = value.value
    }
  }
}
