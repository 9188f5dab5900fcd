/// Changes of the fields of a form.
extension Catalogue {
  func changeFields(
    _ change: CatalogueChange, _ step: inout CatalogueStep
  ) throws(StoreError) {
    switch change {
    case .addField(let field, let form):
      let place = try place(ofForm: form)
      try checkNew(field.slug, forms[place].fields.map(\.slug), "form field", field: "field.slug")
      step.after.forms[place].fields.append(field)
      try CatalogueRule.check(step.after.forms[place], added: "field")
      if field.isRequired { step.obstacle = .form(form) }
      step.isNarrowing = field.isRequired
    case .renameField(let slug, let form, let new):
      let (place, field) = try places(of: slug, form)
      try checkNew(new, forms[place].fields.map(\.slug), "form field")
      step.after.forms[place].fields[field].slug = new
      step.rewrite = .field(slug, form: form, to: new)
    case .deleteField(let slug, let form):
      let (place, field) = try places(of: slug, form)
      guard forms[place].fields.count > 1 else {
        throw StoreError(
          reason: .notChangeable,
          "The field \(slug) is the only one of the form \(form); delete the form instead.")
      }
      step.after.forms[place].fields.remove(at: field)
      step.obstacle = .field(slug, form: form)
    case .changeField(let field, let form): try self.change(field, form, &step)
    default: break
    }
  }

  private func places(
    of slug: String, _ form: String
  ) throws(StoreError) -> (form: Int, field: Int) {
    let found = try place(ofForm: form)
    return (found, try place(of: slug, in: forms[found].fields.map(\.slug), "form field"))
  }

  private func change(
    _ field: FormField, _ form: String, _ step: inout CatalogueStep
  ) throws(StoreError) {
    let (place, fieldPlace) = try places(of: field.slug, form)
    let before = forms[place].fields[fieldPlace]
    guard field.type.hasSameKind(as: before.type) else {
      throw StoreError(
        reason: .notChangeable,
        "The type of form.\(form).\(field.slug) cannot be changed; make another field.")
    }
    step.after.forms[place].fields[fieldPlace] = field
    try CatalogueRule.check(step.after.forms[place], added: "field")
    let gone = Set(before.type.choices).subtracting(field.type.choices)
    let becomesRequired = field.isRequired && !before.isRequired
    guard gone.isEmpty || !becomesRequired else {
      throw StoreError(
        field: "field",
        "Take choices away and make the field required one after the other, so that it is clear"
          + " which of the two members stand in the way of.")
    }
    if !gone.isEmpty { step.obstacle = .values(gone, field: field.slug, form: form) }
    if becomesRequired { step.obstacle = .formWithout(field: field.slug, form: form) }
    step.isNarrowing = !gone.isEmpty || becomesRequired
  }
}

extension FormFieldType {
  /// The values of a choice; none for other types.
  var choices: [String] {
    if case .choice(let choices) = self { choices } else { [] }
  }

  /// Whether both are choices, or both the same other type.
  func hasSameKind(as other: FormFieldType) -> Bool {
    if case .choice = self, case .choice = other { return true }
    return self == other
  }
}
