public import MusterCore

/// A member as sent: what an import sets, and what it leaves alone.
///
/// A value that is nil is a blank cell, and a blank cell changes nothing, ever; so does an empty
/// text. The daemon judges the values: a member that breaks a rule is rejected as a whole, and its
/// faults come back.
public struct Member: Sendable, Hashable {
  /// An address; one of the three identifiers, of which each member needs at least one.
  public var email: String?
  /// A number in the form of E.164: `+15555550123`.
  public var phone: String?
  /// The caller's own id for the person; any text, compared exactly.
  public var externalID: String?
  /// The person's name.
  public var name: String?
  /// What else there is to say.
  public var description: String?
  /// The day of birth; not in the future.
  public var dateOfBirth: CalendarDay?
  /// Slugs of labels that the workspace has; none changes nothing.
  public var labels: [String]
  /// Whether the person wants mail.
  public var notifyEmail: Bool?
  /// Whether the person wants text messages.
  public var notifySMS: Bool?
  /// Whether the person wants to be called.
  public var notifyVoice: Bool?
  /// The values of forms, by the form's slug and the field's: `["patient": ["blood_type": "A+"]]`.
  public var forms: [String: [String: String]]

  /// Makes a member that sets what is given.
  public init(
    email: String? = nil, phone: String? = nil, externalID: String? = nil, name: String? = nil,
    description: String? = nil, dateOfBirth: CalendarDay? = nil, labels: [String] = [],
    notifyEmail: Bool? = nil, notifySMS: Bool? = nil, notifyVoice: Bool? = nil,
    forms: [String: [String: String]] = [:]
  ) {
    self.email = email
    self.phone = phone
    self.externalID = externalID
    self.name = name
    self.description = description
    self.dateOfBirth = dateOfBirth
    self.labels = labels
    self.notifyEmail = notifyEmail
    self.notifySMS = notifySMS
    self.notifyVoice = notifyVoice
    self.forms = forms
  }
}

extension Member {
  /// The fields that are not blank.
  var setFields: FieldSet {
    var fields = FieldSet()
    func add(_ field: MemberField, if isSet: Bool) { if isSet { fields.insert(FieldSet(field)) } }
    add(.email, if: email?.isEmpty == false)
    add(.phone, if: phone?.isEmpty == false)
    add(.externalID, if: externalID?.isEmpty == false)
    add(.name, if: name?.isEmpty == false)
    add(.description, if: description?.isEmpty == false)
    add(.dateOfBirth, if: dateOfBirth != nil)
    add(.labels, if: !labels.isEmpty)
    add(.notifyEmail, if: notifyEmail != nil)
    add(.notifySMS, if: notifySMS != nil)
    add(.notifyVoice, if: notifyVoice != nil)
    return fields
  }

  /// Calls the body with the column of each form value that is not blank, in no order.
  func forEachFormValue(_ body: (MemberColumn) -> Void) {
    for (type, values) in forms {
      for (field, value) in values where !value.isEmpty { body(.form(type, field)) }
    }
  }
}
