/// Looks whether a member's stored values are what Muster stores.
public struct StoredRecordCheck: Sendable {
  private struct FieldName: Hashable {
    var form: [UInt8]
    var field: [UInt8]
  }

  private let labels: Set<[UInt8]>
  private let types: [FieldName: FormFieldType]
  private let required: [[UInt8]: [[UInt8]]]

  /// Checks records by a workspace's catalogue.
  public init(_ catalogue: Catalogue) {
    labels = Set(catalogue.labels.map { Array($0.utf8) })
    var types: [FieldName: FormFieldType] = [:]
    var required: [[UInt8]: [[UInt8]]] = [:]
    for form in catalogue.forms {
      let slug = Array(form.slug.utf8)
      for field in form.fields {
        types[FieldName(form: slug, field: Array(field.slug.utf8))] = field.type
        if field.isRequired { required[slug, default: []].append(Array(field.slug.utf8)) }
      }
    }
    self.types = types
    self.required = required
  }

  /// The rules that the texts of a record break, in the layout of ``MemberRecord``; its true/false
  /// values are not looked at.
  public func broken(_ record: UnsafePointer<CellBytes>) -> [CheckRule] {
    var rules: [CheckRule] = []
    for field in MemberField.allCases where !field.isBoolean {
      let value = unsafe record[field.rawValue]
      guard unsafe value.count > 0 else { continue }
      unsafe value.withSpan { text in
        if TextRule.fault(in: text) != nil {
          rules.append(.invalidText)
        } else if let rule = Self.broken(field, text) {
          rules.append(rule)
        }
      }
    }
    if (0..<3).allSatisfy({ unsafe record[$0].count == 0 }) { rules.append(.noIdentifier) }
    rules += unsafe broken(labels: record[MemberField.labels.rawValue])
    rules += unsafe broken(forms: record[MemberRecord.forms])
    return rules
  }

  private static func broken(_ field: MemberField, _ text: borrowing Span<UInt8>) -> CheckRule? {
    switch field {
    case .email: EmailRule.accepts(text) ? nil : .invalidEmail
    case .phone: PhoneRule.accepts(text) ? nil : .invalidPhone
    case .dateOfBirth: DateRule.day(text) != nil ? nil : .invalidDate
    default: nil
    }
  }

  private func broken(labels text: CellBytes) -> [CheckRule] {
    guard unsafe text.count > 0 else { return [] }
    var rules: [CheckRule] = []
    let slugs = unsafe text.buffer.split(
      separator: UInt8(ascii: ","), omittingEmptySubsequences: false
    ).map { unsafe Array($0) }
    for (slug, next) in zip(slugs, slugs.dropFirst()) where !slug.lexicographicallyPrecedes(next) {
      rules = [.labelOrder]
    }
    if slugs.contains(where: { !labels.contains($0) }) { rules.append(.unknownLabel) }
    return rules
  }

  private func broken(forms json: CellBytes) -> [CheckRule] {
    guard unsafe json.count > 0 else { return [] }
    let scratch = ByteScratch()
    guard let document = unsafe try? FormDocument(json),
      withExtendedLifetime(
        scratch, { unsafe document.encoded(in: scratch).hasSameBytes(as: json) })
    else { return [.formDocument] }
    var rules: Set<CheckRule> = []
    var forms: Set<[UInt8]> = []
    for entry in document.entries {
      forms.insert(entry.form)
      guard let type = types[FieldName(form: entry.form, field: entry.field)] else {
        rules.insert(.unknownFormField)
        continue
      }
      let text = entry.value.span
      if TextRule.fault(in: text) != nil {
        rules.insert(.invalidText)
      } else if text.count == 0 || !FormValueRule.accepts(text, type: type) {
        rules.insert(.invalidFormValue)
      }
    }
    for form in forms {
      let missing = (required[form] ?? []).contains { document.value(form: form, field: $0) == nil }
      if missing { rules.insert(.missingFormValue) }
    }
    return CheckRule.allCases.filter { rules.contains($0) }
  }
}
