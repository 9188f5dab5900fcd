internal import MusterCore

/// A column of an import: what the cells at one place of every row are.
///
/// An import declares its columns once, before any row. At least one of ``email``, ``phone`` and
/// ``externalID`` must be among them.
public enum MemberColumn: Hashable, Sendable {
  /// `email`, an address.
  case email
  /// `phone`, in the form of E.164: `+15555550123`.
  case phone
  /// `external_id`, the caller's own id for the person.
  case externalID
  /// `name`, any text.
  case name
  /// `description`, any text.
  case description
  /// `date_of_birth`, `YYYY-MM-DD`.
  case dateOfBirth
  /// `labels`, slugs separated by commas.
  case labels
  /// `notify_email`, true or false.
  case notifyEmail
  /// `notify_sms`, true or false.
  case notifySMS
  /// `notify_voice`, true or false.
  case notifyVoice
  /// `form.TYPE.FIELD`, a value for that field of the form with that slug.
  case form(_ type: String, _ field: String)
  /// Any other name, as it is. The daemon ignores a column whose name begins with `_`, and refuses
  /// the import for one that it does not know.
  case named(_ name: String)

  /// The column of that name, such as `external_id` or `form.patient.blood_type`; ``named(_:)`` for
  /// a name that this library does not know.
  public init(_ name: String) {
    if let known = Self.fields[name] {
      self = known
      return
    }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 3, parts[0] == "form" {
      self = .form(String(parts[1]), String(parts[2]))
    } else {
      self = .named(name)
    }
  }

  /// The column's name on the wire, in an export and in a fault.
  public var columnName: String {
    switch self {
    case .form(let type, let field): FormColumn.name(type: type, field: field)
    case .named(let name): name
    default: field?.columnName ?? ""
    }
  }

  /// The field that every member has, if it is one.
  var field: MemberField? {
    switch self {
    case .email: .email
    case .phone: .phone
    case .externalID: .externalID
    case .name: .name
    case .description: .description
    case .dateOfBirth: .dateOfBirth
    case .labels: .labels
    case .notifyEmail: .notifyEmail
    case .notifySMS: .notifySMS
    case .notifyVoice: .notifyVoice
    case .form, .named: nil
    }
  }

  /// The columns of the fields that every member has, in Muster's order.
  static let ofFields: [MemberColumn] = [
    .email, .phone, .externalID, .name, .description, .dateOfBirth, .labels, .notifyEmail,
    .notifySMS, .notifyVoice,
  ]

  private static let fields = Dictionary(uniqueKeysWithValues: ofFields.map { ($0.columnName, $0) })
}

extension MemberColumn {
  /// The columns that these members need: one for each field that one of them sets, in an order
  /// that is the same for the same members.
  ///
  /// `email` is among them if no member has an identifier, so that each is answered with its fault.
  ///
  /// - Complexity: O(members).
  public static func needed(for members: some Sequence<Member>) -> [MemberColumn] {
    var fields = FieldSet()
    var forms: Set<MemberColumn> = []
    for member in members {
      fields.formUnion(member.setFields)
      member.forEachFormValue { forms.insert($0) }
    }
    if fields.isDisjoint(with: .identifiers) { fields.insert(.email) }
    let formColumns = forms.sorted { first, second in
      first.columnName.utf8.lexicographicallyPrecedes(second.columnName.utf8)
    }
    return ofFields.filter { $0.field.map { fields.contains(FieldSet($0)) } ?? false } + formColumns
  }
}
