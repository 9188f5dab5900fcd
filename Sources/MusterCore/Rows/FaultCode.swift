/// A rule that a row broke. The raw value is the stable code on the wire and in NDJSON.
///
/// Source: Design, "Check". The first five texts are verbatim what users know.
public enum FaultCode: String, CaseIterable, Sendable {
  case invalidEmail = "invalid_email"
  case invalidPhone = "invalid_phone"
  case noIdentifier = "no_identifier"
  case unknownLabel = "unknown_label"
  case unknownFormField = "unknown_form_field"
  case invalidDate = "invalid_date"
  case invalidBoolean = "invalid_boolean"
  case invalidFormValue = "invalid_form_value"
  case identifierConflict = "identifier_conflict"
  case invalidUTF8 = "invalid_utf8"
  case nulCharacter = "nul_character"
  case valueTooLong = "value_too_long"
  case wrongCellCount = "wrong_cell_count"
  case repeatedRow = "repeated_row"
  case identifierChange = "identifier_change"

  /// The fault's text, exactly as users see it.
  public var text: String {
    switch self {
    case .invalidEmail: "Invalid email format"
    case .invalidPhone: "Invalid phone format"
    case .noIdentifier: "No identifier provided"
    case .unknownLabel: "Unknown label"
    case .unknownFormField: "Unknown form field"
    case .invalidDate: "Invalid date format"
    case .invalidBoolean: "Invalid true/false value"
    case .invalidFormValue: "Invalid form value"
    case .identifierConflict: "Identifiers match different members"
    case .invalidUTF8: "Invalid UTF-8 text"
    case .nulCharacter: "Text contains a NUL character"
    case .valueTooLong: "Value too long"
    case .wrongCellCount: "Wrong number of cells"
    case .repeatedRow: "Row is a repeat"
    case .identifierChange: "Identifier would change"
    }
  }
}
