internal import CMusterProto
internal import MusterCore

// The options that are one of a few values. One that this version lacks is refused: what a newer
// client asks for is not to be done as something else.

extension ImportOptions.Mode {
  init(_ sent: Muster__V1__ImportMode) throws(WireError) {
    switch sent {
    case MUSTER__V1__IMPORT_MODE__IMPORT_MODE_UNSPECIFIED,
      MUSTER__V1__IMPORT_MODE__IMPORT_MODE_APPLY:
      self = .apply
    case MUSTER__V1__IMPORT_MODE__IMPORT_MODE_PREVIEW: self = .preview
    default: throw .unknownOption("options.mode")
    }
  }
}

extension ImportOptions.LabelMode {
  init(_ sent: Muster__V1__LabelMode) throws(WireError) {
    switch sent {
    case MUSTER__V1__LABEL_MODE__LABEL_MODE_UNSPECIFIED, MUSTER__V1__LABEL_MODE__LABEL_MODE_ADD:
      self = .add
    case MUSTER__V1__LABEL_MODE__LABEL_MODE_REPLACE: self = .replace
    default: throw .unknownOption("options.label_mode")
    }
  }

  /// The mode's number in the protocol.
  var wireMode: Muster__V1__LabelMode {
    switch self {
    case .add: MUSTER__V1__LABEL_MODE__LABEL_MODE_ADD
    case .replace: MUSTER__V1__LABEL_MODE__LABEL_MODE_REPLACE
    }
  }
}

extension WireError {
  fileprivate static func unknownOption(_ field: String) -> WireError {
    WireError(
      code: .malformed,
      message: "The field \(field) has a value that this version lacks; use another one.",
      field: field)
  }
}
