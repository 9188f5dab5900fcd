/// A member as the store had it at one moment. A text without bytes is a field without a value.
public struct MemberSnapshot: Sendable, Equatable {
  /// The member's number; never given to another.
  public var id: UInt64
  /// The slug of its role.
  public var role: String
  /// When it was made, in seconds since 1970.
  public var createdAt: Int64
  /// When it was last changed, in seconds since 1970.
  public var updatedAt: Int64
  /// As it was spelled when it was set.
  public var email = ""
  /// In the form of E.164.
  public var phone = ""
  /// The caller's own id for the person.
  public var externalID = ""
  /// The person's name.
  public var name = ""
  /// What else there is to say.
  public var description = ""
  /// `YYYY-MM-DD`.
  public var dateOfBirth = ""
  /// Slugs in byte order.
  public var labels: [String] = []
  /// Whether the person wants mail; nil if nobody said.
  public var notifyEmail: Bool?
  /// Whether the person wants text messages; nil if nobody said.
  public var notifySMS: Bool?
  /// Whether the person wants to be called; nil if nobody said.
  public var notifyVoice: Bool?
  /// The values of its forms, in the byte order of form and field.
  public var formValues: [FormValue] = []

  /// A member without values.
  public init(id: UInt64, role: String, createdAt: Int64, updatedAt: Int64) {
    self.id = id
    self.role = role
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  /// Bytes of its texts: about what it takes in a message.
  public var textByteCount: Int {
    [email, phone, externalID, name, description, dateOfBirth].reduce(0) { $0 + $1.utf8.count }
      + labels.reduce(0) { $0 + $1.utf8.count }
      + formValues.reduce(0) {
        $0 + $1.form.utf8.count + $1.field.utf8.count + $1.value.utf8.count
      }
  }
}

/// A member's value for one field of one form.
public struct FormValue: Sendable, Equatable {
  /// The form's slug.
  public var form: String
  /// The field's slug.
  public var field: String
  /// The value as text, whatever the field's type.
  public var value: String

  /// A value that is not blank.
  public init(form: String, field: String, value: String) {
    self.form = form
    self.field = field
    self.value = value
  }
}
