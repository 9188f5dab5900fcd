internal import MusterCore

/// Some of the fields that every member has.
struct FieldSet: OptionSet {
  let rawValue: UInt16

  init(rawValue: UInt16) { self.rawValue = rawValue }

  init(_ field: MemberField) { rawValue = 1 << UInt16(field.rawValue) }

  static let email = FieldSet(.email)
  static let identifiers: FieldSet = [email, FieldSet(.phone), FieldSet(.externalID)]
}
