internal import CMusterProto
internal import CProtobufC
internal import MusterCore

// The types of Core's catalogue that several messages carry.

extension Role {
  init(_ message: UnsafeMutablePointer<Muster__V1__Role>) throws(WireError) {
    unsafe self.init(id: message.pointee.id, slug: try message.pointee.slug.text("role.slug"))
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__Role> {
    let message = unsafe try arena.make(Muster__V1__Role.self, muster__v1__role__init)
    unsafe message.pointee.id = id
    unsafe message.pointee.slug = unsafe try arena.copy(slug)
    return unsafe message
  }
}

extension Form {
  init(_ message: UnsafeMutablePointer<Muster__V1__Form>) throws(WireError) {
    unsafe self.init(
      slug: try message.pointee.slug.text("form.slug"),
      fields: try list(message.pointee.fields, message.pointee.n_fields) {
        field throws(WireError) in
        unsafe try FormField(field)
      })
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__Form> {
    let message = unsafe try arena.make(Muster__V1__Form.self, muster__v1__form__init)
    unsafe message.pointee.slug = unsafe try arena.copy(slug)
    unsafe message.pointee.n_fields = fields.count
    unsafe message.pointee.fields = unsafe try arena.makeList(fields) { field throws(WireError) in
      unsafe try field.make(in: arena)
    }
    return unsafe message
  }
}

extension FormField {
  init(_ message: UnsafeMutablePointer<Muster__V1__FormField>) throws(WireError) {
    unsafe self.init(
      slug: try message.pointee.slug.text("field.slug"),
      type: try FormFieldType(message.pointee), isRequired: message.pointee.required != 0)
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__FormField> {
    let message = unsafe try arena.make(Muster__V1__FormField.self, muster__v1__form_field__init)
    unsafe message.pointee.slug = unsafe try arena.copy(slug)
    unsafe message.pointee.type = type.wireType
    unsafe message.pointee.required = isRequired ? 1 : 0
    if case .choice(let choices) = type {
      unsafe message.pointee.n_choices = choices.count
      unsafe message.pointee.choices = unsafe try arena.copy(choices)
    }
    return unsafe message
  }
}

extension FormFieldType {
  init(_ message: Muster__V1__FormField) throws(WireError) {
    switch unsafe message.type {
    case MUSTER__V1__FORM_FIELD_TYPE__FORM_FIELD_TYPE_UNSPECIFIED,
      MUSTER__V1__FORM_FIELD_TYPE__FORM_FIELD_TYPE_TEXT:
      self = .text
    case MUSTER__V1__FORM_FIELD_TYPE__FORM_FIELD_TYPE_NUMBER: self = .number
    case MUSTER__V1__FORM_FIELD_TYPE__FORM_FIELD_TYPE_BOOLEAN: self = .boolean
    case MUSTER__V1__FORM_FIELD_TYPE__FORM_FIELD_TYPE_DATE: self = .date
    case MUSTER__V1__FORM_FIELD_TYPE__FORM_FIELD_TYPE_EMAIL: self = .email
    case MUSTER__V1__FORM_FIELD_TYPE__FORM_FIELD_TYPE_CHOICE:
      self = unsafe .choice(try texts(message.choices, message.n_choices, "field.choices"))
    default:
      throw WireError(
        code: .malformed, message: "The type of a form field is one that this version lacks.",
        field: "type")
    }
  }

  /// The type's number in the protocol.
  var wireType: Muster__V1__FormFieldType {
    switch self {
    case .text: MUSTER__V1__FORM_FIELD_TYPE__FORM_FIELD_TYPE_TEXT
    case .number: MUSTER__V1__FORM_FIELD_TYPE__FORM_FIELD_TYPE_NUMBER
    case .boolean: MUSTER__V1__FORM_FIELD_TYPE__FORM_FIELD_TYPE_BOOLEAN
    case .date: MUSTER__V1__FORM_FIELD_TYPE__FORM_FIELD_TYPE_DATE
    case .email: MUSTER__V1__FORM_FIELD_TYPE__FORM_FIELD_TYPE_EMAIL
    case .choice: MUSTER__V1__FORM_FIELD_TYPE__FORM_FIELD_TYPE_CHOICE
    }
  }
}
