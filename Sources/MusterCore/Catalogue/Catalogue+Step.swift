/// Decides changes: names and rules here, members where they are kept.
extension Catalogue {
  /// What a change comes to.
  ///
  /// - Throws: `notFound` for what is not there, `alreadyExists`, `invalidArgument` for a name that
  ///   breaks a rule, `failedPrecondition` for what must stay.
  public func step(_ change: CatalogueChange) throws(StoreError) -> CatalogueStep {
    var step = CatalogueStep(after: self)
    switch change {
    case .renameRole(let slug, let new): try renameRole(slug, new, &step)
    case .deleteRole(let slug): try deleteRole(slug, &step)
    case .renameLabel(let slug, let new):
      try checkNew(new, labels, "label")
      step.after.labels.remove(at: try place(of: slug, in: labels, "label"))
      step.after = Catalogue(
        version: version, roles: roles, labels: step.after.labels + [new], forms: forms)
      step.rewrite = .label(slug, to: new)
    case .deleteLabel(let slug):
      step.after.labels.remove(at: try place(of: slug, in: labels, "label"))
      step.obstacle = .label(slug)
    case .renameForm(let slug, let new):
      try checkNew(new, forms.map(\.slug), "form")
      step.after.forms[try place(ofForm: slug)].slug = new
      step.rewrite = .form(slug, to: new)
    case .deleteForm(let slug):
      step.after.forms.remove(at: try place(ofForm: slug))
      step.obstacle = .form(slug)
    case .addField, .renameField, .deleteField, .changeField: try changeFields(change, &step)
    }
    return step
  }

  /// Whether all that an earlier catalogue has is here still, and means the same.
  public func covers(_ earlier: Catalogue) -> Bool {
    if version == earlier.version { return true }
    let known = Set(labels)
    guard earlier.labels.allSatisfy({ known.contains($0) }),
      earlier.roles.allSatisfy({ roles.contains($0) })
    else { return false }
    let forms = Dictionary(forms.map { ($0.slug, $0) }) { first, _ in first }
    return earlier.forms.allSatisfy { old in
      guard let form = forms[old.slug] else { return false }
      return Self.covers(form, old)
    }
  }

  private static func covers(_ form: Form, _ old: Form) -> Bool {
    if form == old { return true }
    let fields = Dictionary(form.fields.map { ($0.slug, $0) }) { first, _ in first }
    let keepsOld = old.fields.allSatisfy { before in
      fields[before.slug]?.type.covers(before.type) ?? false
    }
    // A field that is required by now would be missing in rows checked before.
    let required = Set(old.fields.filter(\.isRequired).map(\.slug))
    return keepsOld && form.fields.allSatisfy { !$0.isRequired || required.contains($0.slug) }
  }

  // MARK: Roles

  /// The role of new members whose import names none.
  public static let defaultRole = ImportOptions().role

  private func renameRole(
    _ slug: String, _ new: String, _ step: inout CatalogueStep
  ) throws(StoreError) {
    let place = try place(of: slug, in: roles.map(\.slug), "role")
    guard slug != Self.defaultRole else {
      throw StoreError(
        reason: .notChangeable,
        "The role \(slug) cannot be renamed: it is what imports give that name no role.")
    }
    try checkNew(new, roles.map(\.slug), "role")
    step.after.roles[place].slug = new
    // Members and running imports know a role by its number.
    step.isNarrowing = false
  }

  private func deleteRole(_ slug: String, _ step: inout CatalogueStep) throws(StoreError) {
    let place = try place(of: slug, in: roles.map(\.slug), "role")
    guard slug != Self.defaultRole else {
      throw StoreError(
        reason: .notChangeable,
        "The role \(slug) cannot be deleted: it is what imports give that name no role.")
    }
    step.obstacle = .role(step.after.roles.remove(at: place))
  }

  // MARK: Names

  func checkNew(
    _ slug: String, _ known: [String], _ kind: String, field: String = "new_slug"
  ) throws(StoreError) {
    try CatalogueRule.check(slug: slug, of: kind, field: field)
    guard !known.contains(slug) else {
      throw StoreError(.alreadyExists, "The \(kind) \(slug) exists already.")
    }
  }

  func place(of slug: String, in known: [String], _ kind: String) throws(StoreError) -> Int {
    if let place = known.firstIndex(of: slug) { return place }
    let nearest = Nearest.match(slug, among: known).map { "; did you mean \($0)?" } ?? "."
    throw StoreError(
      .notFound, "The \(kind) \"\(CatalogueRule.excerpt(slug))\" does not exist\(nearest)")
  }

  func place(ofForm slug: String) throws(StoreError) -> Int {
    try place(of: slug, in: forms.map(\.slug), "form")
  }
}

extension FormFieldType {
  /// Whether every value of another type is one of this.
  func covers(_ other: FormFieldType) -> Bool {
    if case .choice(let choices) = self, case .choice(let before) = other {
      return Set(before).isSubset(of: choices)
    }
    return self == other
  }
}
