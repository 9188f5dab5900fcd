/// A rule that a sound store keeps; the raw value is its name in answers and output.
public enum CheckRule: String, Sendable, CaseIterable {
  // The file
  case fileStructure = "file_structure"
  case unreadable
  case foreignKey = "foreign_key"
  // Members
  case memberNumber = "member_number"
  case counter
  case duplicateEmail = "duplicate_email"
  case duplicatePhone = "duplicate_phone"
  case duplicateExternalID = "duplicate_external_id"
  case noIdentifier = "no_identifier"
  case emptyValue = "empty_value"
  case invalidText = "invalid_text"
  case invalidEmail = "invalid_email"
  case invalidPhone = "invalid_phone"
  case invalidDate = "invalid_date"
  case invalidBoolean = "invalid_boolean"
  case labelOrder = "label_order"
  case unknownLabel = "unknown_label"
  case formDocument = "form_document"
  case unknownFormField = "unknown_form_field"
  case invalidFormValue = "invalid_form_value"
  case missingFormValue = "missing_form_value"
  case unknownRole = "unknown_role"
  case unknownImport = "unknown_import"
  case catalogue
  // The ledger
  case importCounts = "import_counts"
  case importState = "import_state"
  case importEnd = "import_end"
  case importFaults = "import_faults"
  case importImages = "import_images"
  case importKept = "import_kept"
  // Memory
  case identityIndex = "identity_index"

  /// What it means that a store breaks the rule.
  public var text: String {
    switch self {
    case .fileStructure: "The file's structure is damaged"
    case .unreadable: "A part of the file cannot be read"
    case .foreignKey: "A record belongs to one that does not exist"
    case .memberNumber: "A member's number is out of range"
    case .counter: "The counter of members is out of range"
    case .duplicateEmail: "Members have the same email"
    case .duplicatePhone: "Members have the same phone"
    case .duplicateExternalID: "Members have the same external id"
    case .noIdentifier: "A member has no email, phone or external id"
    case .emptyValue: "A value is an empty text, where it should be absent"
    case .invalidText: "A text is not UTF-8, or has a NUL in it"
    case .invalidEmail: "An email is not valid"
    case .invalidPhone: "A phone is not valid"
    case .invalidDate: "A date is not valid"
    case .invalidBoolean: "A true/false value is neither"
    case .labelOrder: "Labels are not in order, or there twice"
    case .unknownLabel: "A label does not exist"
    case .formDocument: "Form values are not what Muster writes"
    case .unknownFormField: "A form field does not exist"
    case .invalidFormValue: "A form value is not of its field's type"
    case .missingFormValue: "A required form field has no value"
    case .unknownRole: "A role does not exist"
    case .unknownImport: "A member names an import that does not exist"
    case .catalogue: "A role, label or form is not valid"
    case .importCounts: "The counts of an import do not add up"
    case .importState: "The state of an import is unknown"
    case .importEnd: "An import that is over has no end, or an open one has"
    case .importFaults: "The faults of an import do not fit its counts"
    case .importImages: "What undoing an import needs is damaged"
    case .importKept: "What undoing an import has kept does not fit its counts"
    case .identityIndex: "The identity index in memory and the file disagree"
    }
  }
}
