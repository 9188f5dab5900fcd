internal import MusterCore

/// Members that the import changed: each field that still holds what it wrote gets back what it
/// held before.
extension UndoRun {
  /// The values of one member, now and once they are taken back.
  @unsafe private struct Values {
    let member: UInt32
    let now: UnsafeMutablePointer<CellBytes>
    let restored: UnsafeMutablePointer<CellBytes>
  }

  func restore(_ image: BeforeImage, _ step: inout Step) throws(StoreError) {
    step.membersLeft -= 1
    scratch.reset()
    let now = UnsafeMutablePointer<CellBytes>.allocate(capacity: MemberRecord.slotCount * 2)
    defer { unsafe now.deallocate() }
    guard unsafe try statements.readIfStored(image.member, into: now, scratch: scratch) else {
      return
    }
    let restored = unsafe now + MemberRecord.slotCount
    unsafe restored.initialize(from: now, count: MemberRecord.slotCount)
    let values = unsafe Values(member: image.member, now: now, restored: restored)
    let isWhole = unsafe try restoreFields(image, values, &step)
    let seq = index.importSeq(image.member)
    // As it was before, the member belongs to the import before; else to the one that wrote last.
    let owner = isWhole && seq == step.importSeq ? image.importSeq : seq
    let isSame = (0..<MemberRecord.slotCount).allSatisfy {
      unsafe now[$0].hasSameBytes(as: restored[$0])
    }
    guard !isSame || owner != seq else { return }
    for identifier in IdentityIndex.Identifier.allCases {
      let slot = identifier.rawValue
      _ = unsafe index.move(identifier, image.member, from: now[slot], to: restored[slot])
    }
    index.set(
      image.member, fingerprint: unsafe Fingerprint.of(restored, seed: index.seed),
      importSeq: owner)
    statements.stamp(MemberStatements.Stamp(importSeq: Int64(owner), roleID: 0, now: step.now))
    unsafe try statements.update(image.member, restored)
    if !isSame { step.progress.restored += 1 }
  }

  /// - Returns: Whether every field was taken back.
  private func restoreFields(
    _ image: BeforeImage, _ values: Values, _ step: inout Step
  ) throws(StoreError) -> Bool {
    var isWhole = true
    var forms: [FieldImage] = []
    for field in image.fields {
      if kept.contains(image.member, field.field.columnName) {
        isWhole = false
        continue
      }
      switch field.field {
      case .form: forms.append(field)
      case .slot(let slot):
        guard let reason = unsafe try restore(slot, field, values, step) else { continue }
        keep(image.member, field.field.columnName, reason, &step)
        isWhole = false
      }
    }
    if !forms.isEmpty {
      isWhole = unsafe try restoreForms(forms, values, &step) && isWhole
    }
    return unsafe keepLastIdentifier(values, &step) && isWhole
  }

  /// - Returns: Why the slot stays; nil if it is taken back.
  private func restore(
    _ slot: Int, _ field: FieldImage, _ values: Values, _ step: Step
  ) throws(StoreError) -> String? {
    guard unsafe FieldImage.hash(values.now[slot]) == field.newHash else {
      return "it has changed since"
    }
    var old = unsafe CellBytes.blank
    if let bytes = field.old { unsafe old = unsafe scratch.copy(bytes) }
    if slot == MemberField.labels.rawValue,
      unsafe !LabelText.slugs(old).allSatisfy({ step.labels.contains($0) })
    {
      return "a label that it had is gone"
    }
    if let holder = unsafe try holder(of: slot, old), unsafe holder != values.member {
      return "member \(holder) has it now"
    }
    unsafe values.restored[slot] = unsafe old
    return nil
  }

  // MARK: Form values

  private func restoreForms(
    _ fields: [FieldImage], _ values: Values, _ step: inout Step
  ) throws(StoreError) -> Bool {
    let now: FormDocument
    do throws(RecordDamage) {
      now = unsafe try FormDocument(values.now[MemberRecord.forms])
    } catch {
      throw StoreError(
        .dataLoss, unsafe "The form values of member \(values.member) are not what Muster wrote.")
    }
    var restored = now
    var isWhole = true
    for field in fields {
      guard case .form(let form, let name) = field.field else { continue }
      guard now.value(form: form, field: name).map({ FieldImage.hash($0) }) ?? 0 == field.newHash
      else {
        unsafe keep(values.member, field.field.columnName, "it has changed since", &step)
        isWhole = false
        continue
      }
      guard field.old.map({ Self.isTaken($0, form: form, field: name, step.catalogue) }) ?? true
      else {
        unsafe keep(
          values.member, field.field.columnName, "its form no longer takes what it had", &step)
        isWhole = false
        continue
      }
      _ = restored.set(form: form, field: name, to: field.old)
    }
    isWhole = unsafe keepRequired(fields, now, &restored, values.member, &step) && isWhole
    unsafe values.restored[MemberRecord.forms] = unsafe restored.encoded(in: scratch)
    return isWhole
  }

  /// Whether a value may still stand in a field of a form.
  private static func isTaken(
    _ value: [UInt8], form: [UInt8], field: [UInt8], _ catalogue: Catalogue
  ) -> Bool {
    let known = catalogue.forms.first { $0.slug.utf8.elementsEqual(form) }?.fields
      .first { $0.slug.utf8.elementsEqual(field) }
    guard let known else { return false }
    return FormValueRule.accepts(value.span, type: known.type)
  }

  /// A form whose other values stay keeps the values that it must have.
  private func keepRequired(
    _ fields: [FieldImage], _ now: FormDocument, _ restored: inout FormDocument, _ member: UInt32,
    _ step: inout Step
  ) -> Bool {
    var isWhole = true
    for field in fields where field.old == nil {
      guard case .form(let form, let name) = field.field,
        step.requiredFields[form]?.contains(name) == true,
        restored.entries.contains(where: { $0.form == form }),
        restored.value(form: form, field: name) == nil,
        let value = now.value(form: form, field: name)
      else { continue }
      _ = restored.set(form: form, field: name, to: value)
      keep(member, field.field.columnName, "other values of its form need it", &step)
      isWhole = false
    }
    return isWhole
  }

  // MARK: Identifiers

  /// A member without any identifier could never be found again: it keeps those that it has.
  private func keepLastIdentifier(_ values: Values, _ step: inout Step) -> Bool {
    guard (0..<3).allSatisfy({ unsafe values.restored[$0].count == 0 }) else { return true }
    for slot in 0..<3 where unsafe values.now[slot].count > 0 {
      unsafe values.restored[slot] = unsafe values.now[slot]
      unsafe keep(
        values.member, MemberField(rawValue: slot)?.columnName,
        "the member would be left without an identifier", &step)
    }
    return false
  }

  /// The member that has an identifier now; nil if none has, or the slot is no identifier.
  func holder(of slot: Int, _ value: CellBytes) throws(StoreError) -> UInt32? {
    guard let identifier = IdentityIndex.Identifier(rawValue: slot), unsafe value.count > 0 else {
      return nil
    }
    let other = UnsafeMutablePointer<CellBytes>.allocate(capacity: MemberRecord.slotCount)
    defer { unsafe other.deallocate() }
    let hash = unsafe index.hash(identifier, value)
    for member in index.table(identifier).all(hash) {
      guard unsafe try statements.readIfStored(member, into: other, scratch: scratch) else {
        continue
      }
      if unsafe identifier.isSame(other[slot], value) { return member }
    }
    return nil
  }
}
