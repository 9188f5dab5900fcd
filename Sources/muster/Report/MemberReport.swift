internal import MusterClient

extension JSONObject {
  /// A member, under the names of the columns; null for what it does not have.
  init(_ member: MemberSnapshot) {
    self.init()
    add("id", member.id)
    add("role", member.role)
    add("created_at", TimeText.utc(member.createdAt))
    add("updated_at", TimeText.utc(member.updatedAt))
    func text(_ text: String) -> String? { text.isEmpty ? nil : text }
    add("email", text(member.email))
    add("phone", text(member.phone))
    add("external_id", text(member.externalID))
    add("name", text(member.name))
    add("description", text(member.description))
    add("date_of_birth", text(member.dateOfBirth))
    add("labels", member.labels)
    add("notify_email", member.notifyEmail)
    add("notify_sms", member.notifySMS)
    add("notify_voice", member.notifyVoice)
    add("forms", Self.forms(member.formValues))
  }

  /// The values of each form that has any; they are in the order of the forms.
  private static func forms(_ values: [FormValue]) -> JSONObject {
    var forms = JSONObject()
    for form in Set(values.map(\.form)).sorted() {
      var fields = JSONObject()
      for value in values where value.form == form { fields.add(value.field, value.value) }
      forms.add(form, fields)
    }
    return forms
  }
}

extension Table {
  /// A member: what it has, a line each.
  init(_ member: MemberSnapshot) {
    self.init(header: ["MEMBER", String(member.id)])
    add(["role", member.role])
    let texts = [
      ("email", member.email), ("phone", member.phone), ("external_id", member.externalID),
      ("name", member.name), ("description", member.description),
      ("date_of_birth", member.dateOfBirth), ("labels", member.labels.joined(separator: ", ")),
    ]
    for (name, text) in texts where !text.isEmpty { add([name, text]) }
    let flags = [
      ("notify_email", member.notifyEmail), ("notify_sms", member.notifySMS),
      ("notify_voice", member.notifyVoice),
    ]
    for case (let name, let flag?) in flags { add([name, flag ? "true" : "false"]) }
    for value in member.formValues { add(["form.\(value.form).\(value.field)", value.value]) }
    add(["created", TimeText.utc(member.createdAt)])
    add(["updated", TimeText.utc(member.updatedAt)])
  }
}
