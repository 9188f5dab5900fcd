extension MemberRewrite {
  /// The text that a record keeps instead: of labels for a label, of form values for the others.
  ///
  /// - Returns: nil if the record does not have what is renamed.
  /// - Throws: `RecordDamage` for form values that Muster did not write.
  public func applied(
    to text: CellBytes, in scratch: ByteScratch
  ) throws(RecordDamage) -> CellBytes? {
    switch self {
    case .label(let slug, let new):
      var slugs = unsafe LabelText.slugs(text)
      guard let place = slugs.firstIndex(of: Array(slug.utf8)) else { return nil }
      slugs[place] = Array(new.utf8)
      slugs.sort { $0.lexicographicallyPrecedes($1) }
      return unsafe scratch.copy(Array(slugs.joined(separator: [UInt8(ascii: ",")])))
    case .form(let form, let new):
      return unsafe try renamed(text, in: scratch) { entry in
        guard entry.form == Array(form.utf8) else { return false }
        entry.form = Array(new.utf8)
        return true
      }
    case .field(let field, let form, let new):
      return unsafe try renamed(text, in: scratch) { entry in
        guard entry.form == Array(form.utf8), entry.field == Array(field.utf8) else { return false }
        entry.field = Array(new.utf8)
        return true
      }
    }
  }

  private func renamed(
    _ json: CellBytes, in scratch: ByteScratch, _ rename: (inout FormDocument.Entry) -> Bool
  ) throws(RecordDamage) -> CellBytes? {
    var isChanged = false
    var document = FormDocument()
    for entry in unsafe try FormDocument(json).entries {
      var entry = entry
      if rename(&entry) { isChanged = true }
      _ = document.set(form: entry.form, field: entry.field, to: entry.value)
    }
    return isChanged ? unsafe document.encoded(in: scratch) : nil
  }
}

extension MemberUse {
  /// Whether form values are what this asks for; false for roles and labels.
  ///
  /// - Throws: `RecordDamage` for form values that Muster did not write.
  public func accepts(forms json: CellBytes) throws(RecordDamage) -> Bool {
    let document = unsafe try FormDocument(json)
    switch self {
    case .role, .label: return false
    case .form(let form): return document.entries.contains { $0.form == Array(form.utf8) }
    case .field(let field, let form):
      return document.value(form: form.utf8, field: field.utf8) != nil
    case .formWithout(let field, let form):
      return document.entries.contains { $0.form == Array(form.utf8) }
        && document.value(form: form.utf8, field: field.utf8) == nil
    case .values(let values, let field, let form):
      guard let value = document.value(form: form.utf8, field: field.utf8) else { return false }
      // Swift compares texts by what they mean; choices are compared by their bytes.
      let text = String(decoding: value, as: UTF8.self)
      return values.contains(text) && values.contains { $0.utf8.elementsEqual(value) }
    }
  }
}
