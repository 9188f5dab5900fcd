internal import CMusterProto
internal import CProtobufC
internal import MusterCore

// A member as several messages carry it.

extension MemberSnapshot {
  init(_ message: UnsafeMutablePointer<Muster__V1__Member>) throws(WireError) {
    let message = unsafe message.pointee
    unsafe self.init(
      id: message.id, role: try message.role.text("role"), createdAt: message.created_at,
      updatedAt: message.updated_at)
    email = unsafe try message.email.text("email")
    phone = unsafe try message.phone.text("phone")
    externalID = unsafe try message.external_id.text("external_id")
    name = unsafe try message.name.text("name")
    description = unsafe try message.description.text("description")
    dateOfBirth = unsafe try message.date_of_birth.text("date_of_birth")
    labels = unsafe try texts(message.labels, message.n_labels, "labels")
    notifyEmail = unsafe Self.flag(message.notify_email)
    notifySMS = unsafe Self.flag(message.notify_sms)
    notifyVoice = unsafe Self.flag(message.notify_voice)
    formValues = unsafe try list(message.form_values, message.n_form_values) {
      value throws(WireError) in
      unsafe try FormValue(value)
    }
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__Member> {
    let message = unsafe try arena.make(Muster__V1__Member.self, muster__v1__member__init)
    unsafe message.pointee.id = id
    unsafe message.pointee.role = unsafe try arena.copy(role)
    unsafe message.pointee.created_at = createdAt
    unsafe message.pointee.updated_at = updatedAt
    unsafe message.pointee.email = unsafe try arena.copy(email)
    unsafe message.pointee.phone = unsafe try arena.copy(phone)
    unsafe message.pointee.external_id = unsafe try arena.copy(externalID)
    unsafe message.pointee.name = unsafe try arena.copy(name)
    unsafe message.pointee.description = unsafe try arena.copy(description)
    unsafe message.pointee.date_of_birth = unsafe try arena.copy(dateOfBirth)
    unsafe message.pointee.n_labels = labels.count
    unsafe message.pointee.labels = unsafe try arena.copy(labels)
    unsafe message.pointee.notify_email = Self.setting(notifyEmail)
    unsafe message.pointee.notify_sms = Self.setting(notifySMS)
    unsafe message.pointee.notify_voice = Self.setting(notifyVoice)
    unsafe message.pointee.n_form_values = formValues.count
    unsafe message.pointee.form_values = unsafe try arena.makeList(formValues) {
      value throws(WireError) in
      unsafe try value.make(in: arena)
    }
    return unsafe message
  }

  private static func flag(_ setting: Muster__V1__NotifySetting) -> Bool? {
    switch setting {
    case MUSTER__V1__NOTIFY_SETTING__NOTIFY_SETTING_ON: true
    case MUSTER__V1__NOTIFY_SETTING__NOTIFY_SETTING_OFF: false
    default: nil
    }
  }

  private static func setting(_ flag: Bool?) -> Muster__V1__NotifySetting {
    switch flag {
    case true?: MUSTER__V1__NOTIFY_SETTING__NOTIFY_SETTING_ON
    case false?: MUSTER__V1__NOTIFY_SETTING__NOTIFY_SETTING_OFF
    case nil: MUSTER__V1__NOTIFY_SETTING__NOTIFY_SETTING_UNSPECIFIED
    }
  }
}

extension FormValue {
  init(_ message: UnsafeMutablePointer<Muster__V1__FormValue>) throws(WireError) {
    unsafe self.init(
      form: try message.pointee.form.text("form"), field: try message.pointee.field.text("field"),
      value: try message.pointee.value.text("value"))
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__FormValue> {
    let message = unsafe try arena.make(Muster__V1__FormValue.self, muster__v1__form_value__init)
    unsafe message.pointee.form = unsafe try arena.copy(form)
    unsafe message.pointee.field = unsafe try arena.copy(field)
    unsafe message.pointee.value = unsafe try arena.copy(value)
    return unsafe message
  }
}
