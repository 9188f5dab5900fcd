import MusterCore

/// A member as the model has it.
struct ModelMember: Equatable {
  struct FormKey: Hashable {
    var form: String
    var field: String
  }

  var role: String
  var email: [UInt8]?
  var emailKey: String?
  var phone: [UInt8]?
  var externalID: [UInt8]?
  /// name, description, date of birth and the notify fields, by field.
  var plain: [MemberField: [UInt8]] = [:]
  var labels: Set<String> = []
  var forms: [FormKey: [UInt8]] = [:]

  /// The cells of the member's row in an export with its number and role.
  func exported(number: Int, catalogue: Catalogue) -> [[UInt8]] {
    var cells = [Array(String(number).utf8), Array(role.utf8)]
    for field in MemberField.allCases {
      switch field {
      case .email: cells.append(email ?? [])
      case .phone: cells.append(phone ?? [])
      case .externalID: cells.append(externalID ?? [])
      case .labels: cells.append(Array(labels.sorted().joined(separator: ",").utf8))
      default: cells.append(plain[field] ?? [])
      }
    }
    for form in catalogue.forms {
      for field in form.fields {
        cells.append(forms[FormKey(form: form.slug, field: field.slug)] ?? [])
      }
    }
    return cells
  }
}
