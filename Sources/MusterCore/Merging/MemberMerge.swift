/// Puts checked rows onto member records: the rules of Design, "Update", step "Update".
///
/// Pure but for the scratch that new texts are made in; one for each import.
@safe public struct MemberMerge: Sendable {
  private let plan: ColumnPlan
  private let options: ImportOptions
  private let required: [RequiredForm]

  /// A form with required fields.
  private struct RequiredForm: Sendable {
    var slug: [UInt8]
    var fields: [String]
    /// Places of the form's columns in the plan.
    var columns: [Int]
  }

  /// Merges the rows of one import; the plan must have been made with this catalogue.
  public init(plan: ColumnPlan, options: ImportOptions, catalogue: Catalogue) {
    self.plan = plan
    self.options = options
    let columns = Dictionary(grouping: plan.formColumns.indices) { plan.formColumns[$0].type }
    // A form without a column is touched by no row.
    required = catalogue.forms.compactMap { form in
      guard let columns = columns[form.slug] else { return nil }
      let fields = form.fields.filter(\.isRequired).map(\.slug)
      if fields.isEmpty { return nil }
      return RequiredForm(slug: Array(form.slug.utf8), fields: fields, columns: columns)
    }
  }

  /// The record of a new member.
  ///
  /// - Parameters:
  ///   - values: The row's values; see ``CheckedChunk/values(ofRow:)``.
  ///   - record: Room for ``MemberRecord/slotCount`` values; written only if there are no faults.
  ///   - rowNumber: From 1, for faults.
  public func create(
    _ values: UnsafePointer<CellBytes>, _ row: UnsafePointer<CheckedRow>,
    into record: UnsafeMutablePointer<CellBytes>, rowNumber: UInt64
  ) throws(RecordDamage) -> [RowFault] {
    if unsafe row.pointee.leavesRequiredOpen {
      let faults = unsafe requiredFaults(
        try FormDocument(row.pointee.forms), values, rowNumber: rowNumber)
      if !faults.isEmpty { return faults }
    }
    for slot in 0..<MemberField.count {
      unsafe record[slot] = unsafe values[slot].count > 0 ? values[slot] : .blank
    }
    unsafe record[MemberRecord.forms] = unsafe row.pointee.forms
    return []
  }

  /// Puts a row onto the record of the member that it matched.
  ///
  /// - Parameters:
  ///   - record: The member's values; changed in place only if there are no faults.
  ///   - scratch: Owns the new texts that the record may then point to.
  public func update(
    _ values: UnsafePointer<CellBytes>, _ row: UnsafePointer<CheckedRow>,
    onto record: UnsafeMutablePointer<CellBytes>, scratch: ByteScratch, rowNumber: UInt64
  ) throws(RecordDamage) -> MergeResult {
    var result = MergeResult()
    var pending = unsafe Pending(record)
    for slot in 0..<3 where unsafe values[slot].count != 0 {
      unsafe mergeIdentifier(slot, values[slot], row, &pending, &result, rowNumber: rowNumber)
    }
    for slot in 3..<MemberField.count where unsafe values[slot].count != 0 {
      if slot == MemberField.labels.rawValue {
        unsafe pending.set(slot, mergedLabels(values[slot], record[slot], scratch))
      } else {
        unsafe pending.set(slot, values[slot])
      }
    }
    if pending.hasNoIdentifier {
      result.faults.append(
        RowFault(
          row: rowNumber, column: nil, code: .noIdentifier,
          hint: "the row clears the member's last identifier; keep it, or give another"))
    }
    unsafe try mergeForms(values, row, &pending, &result, scratch, rowNumber: rowNumber)
    if result.faults.isEmpty { result.isChanged = unsafe pending.write(to: record) }
    return result
  }

  private func mergeIdentifier(
    _ slot: Int, _ value: CellBytes, _ row: UnsafePointer<CheckedRow>, _ pending: inout Pending,
    _ result: inout MergeResult, rowNumber: UInt64
  ) {
    let old = unsafe pending.record[slot]
    if unsafe value.isCleared {
      guard unsafe old.count > 0 else { return }
    } else if unsafe slot == 0 ? Self.hasSameKey(value, old) : value.hasSameBytes(as: old) {
      return  // The stored spelling of an email stays.
    }
    unsafe pending.set(slot, value)
    guard unsafe old.count > 0 else { return }
    result.identifierChangeCount += 1
    if options.strictIdentity {
      let column = MemberField(rawValue: slot)?.columnName
      unsafe result.faults.append(
        RowFault(
          row: rowNumber, column: column, code: .identifierChange,
          value: value.isCleared ? [] : value.bytes(max: Limits.faultValueBytesMax),
          hint: FaultHint.identifierChange(column ?? "", isCleared: value.isCleared)))
    }
  }

  private static func hasSameKey(_ left: CellBytes, _ right: CellBytes) -> Bool {
    if unsafe left.hasSameBytes(as: right) { return true }
    return unsafe left.withSpan { left in unsafe right.withSpan { EmailKey.equal(left, $0) } }
  }

  private func mergedLabels(
    _ value: CellBytes, _ old: CellBytes, _ scratch: ByteScratch
  ) -> CellBytes {
    if unsafe value.isCleared || old.count == 0 || options.labels == .replace {
      return unsafe value
    }
    return unsafe LabelText.union(old, value, in: scratch)
  }

  private func mergeForms(
    _ values: UnsafePointer<CellBytes>, _ row: UnsafePointer<CheckedRow>, _ pending: inout Pending,
    _ result: inout MergeResult, _ scratch: ByteScratch, rowNumber: UInt64
  ) throws(RecordDamage) {
    guard !plan.formColumns.isEmpty else { return }
    let old = unsafe pending.record[MemberRecord.forms]
    let opensRequired = unsafe row.pointee.leavesRequiredOpen
    let isSimple = unsafe !row.pointee.clearsFields && !opensRequired
    if unsafe isSimple && (row.pointee.forms.count == 0 || row.pointee.forms.hasSameBytes(as: old))
    {
      return
    }
    if unsafe isSimple && old.count == 0 {
      return unsafe pending.set(MemberRecord.forms, row.pointee.forms)
    }
    var document = unsafe try FormDocument(old)
    var isChanged = false
    for (place, column) in plan.formColumns.enumerated() {
      let value = unsafe values[MemberField.count + place]
      guard unsafe value.count != 0 else { continue }
      let bytes: [UInt8]? = unsafe value.isCleared ? nil : value.bytes()
      if document.set(form: Array(column.type.utf8), field: Array(column.field.utf8), to: bytes) {
        isChanged = true
      }
    }
    if opensRequired {
      result.faults += unsafe requiredFaults(document, values, rowNumber: rowNumber)
    }
    if isChanged {
      let text = unsafe document.encoded(in: scratch)
      unsafe pending.set(MemberRecord.forms, text.count == 0 ? .cleared : text)
    }
  }

  /// A fault for each required field that would have no value in a form that the row sets, up to
  /// ``Limits/requiredFaultsPerRowMax`` of them.
  private func requiredFaults(
    _ document: FormDocument, _ values: UnsafePointer<CellBytes>, rowNumber: UInt64
  ) -> [RowFault] {
    var faults: [RowFault] = []
    for form in required {
      let isTouched = form.columns.contains { unsafe values[MemberField.count + $0].count != 0 }
      // Clearing the whole form is no row that sets a field of it.
      guard isTouched, document.hasValues(ofForm: form.slug) else { continue }
      for field in form.fields where document.value(form: form.slug, field: field.utf8) == nil {
        guard faults.count < Limits.requiredFaultsPerRowMax else { return faults }
        let column = FormColumn.name(type: String(decoding: form.slug, as: UTF8.self), field: field)
        faults.append(
          RowFault(
            row: rowNumber, column: column, code: .invalidFormValue,
            hint: FaultHint.requiredField(column)))
      }
    }
    return faults
  }
}

/// A record with the changes of one row, before it is known whether the row holds.
@safe private struct Pending {
  let record: UnsafeMutablePointer<CellBytes>
  private var changed: UInt32 = 0
  private var values:
    (
      CellBytes, CellBytes, CellBytes, CellBytes, CellBytes, CellBytes, CellBytes, CellBytes,
      CellBytes, CellBytes, CellBytes
    )

  init(_ record: UnsafeMutablePointer<CellBytes>) {
    unsafe self.record = unsafe record
    let none = unsafe CellBytes.blank
    unsafe values = unsafe (none, none, none, none, none, none, none, none, none, none, none)
  }

  /// Sets a value, or takes it away, if that is a change.
  mutating func set(_ slot: Int, _ value: CellBytes) {
    let new = unsafe value.isCleared ? .blank : value
    guard unsafe !new.hasSameBytes(as: record[slot]) else { return }
    changed |= 1 << UInt32(slot)
    unsafe withUnsafeMutableBytes(of: &values) {
      unsafe $0.bindMemory(to: CellBytes.self)[slot] = unsafe new
    }
  }

  private func value(_ slot: Int) -> CellBytes {
    guard changed & (1 << UInt32(slot)) != 0 else { return unsafe record[slot] }
    return unsafe withUnsafeBytes(of: values) { unsafe $0.bindMemory(to: CellBytes.self)[slot] }
  }

  var hasNoIdentifier: Bool {
    unsafe value(0).count == 0 && value(1).count == 0 && value(2).count == 0
  }

  /// - Returns: Whether anything changed.
  func write(to record: UnsafeMutablePointer<CellBytes>) -> Bool {
    guard changed != 0 else { return false }
    for slot in 0..<MemberRecord.slotCount where changed & (1 << UInt32(slot)) != 0 {
      unsafe record[slot] = unsafe value(slot)
    }
    return true
  }
}
