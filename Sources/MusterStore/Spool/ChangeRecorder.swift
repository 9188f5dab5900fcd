internal import MusterCore

/// Writes down what the rows of a preview would change, field by field.
@safe final class ChangeRecorder {
  private let findings: FindingsSpool
  /// Of how many rows of each outcome the changes are wanted; 0 is all.
  private let rowsMax: UInt64
  /// Members with a higher number do not exist yet.
  private let lastMember: UInt32
  private var createdCount: UInt64 = 0
  private var updatedCount: UInt64 = 0
  private let nothing: UnsafeMutablePointer<CellBytes>

  init(_ findings: FindingsSpool, rowsMax: UInt64, lastMember: UInt32) {
    self.findings = findings
    self.rowsMax = rowsMax
    self.lastMember = lastMember
    unsafe nothing = .allocate(capacity: MemberRecord.slotCount)
    unsafe nothing.initialize(repeating: .blank, count: MemberRecord.slotCount)
  }

  deinit { unsafe nothing.deallocate() }

  /// A row makes a member with this record.
  func created(row: UInt64, _ record: UnsafePointer<CellBytes>) throws(StoreError) {
    createdCount += 1
    guard rowsMax == 0 || createdCount <= rowsMax else { return }
    unsafe try add(.created, 0, row: row, from: nothing, to: record)
  }

  /// A row changes a member from one record to the other.
  func updated(
    _ member: UInt32, row: UInt64, from old: UnsafePointer<CellBytes>,
    to new: UnsafePointer<CellBytes>
  ) throws(StoreError) {
    updatedCount += 1
    guard rowsMax == 0 || updatedCount <= rowsMax else { return }
    unsafe try add(.updated, member > lastMember ? 0 : member, row: row, from: old, to: new)
  }

  private func add(
    _ outcome: RowChange.Outcome, _ member: UInt32, row: UInt64,
    from old: UnsafePointer<CellBytes>, to new: UnsafePointer<CellBytes>
  ) throws(StoreError) {
    let forms: [FormDocument.Difference]
    do throws(RecordDamage) {
      forms = unsafe try FormDocument.differences(
        old[MemberRecord.forms], new[MemberRecord.forms])
    } catch {
      throw StoreError(
        .dataLoss, "The form values of member \(member) are not what Muster wrote.")
    }
    try findings.add(.change) { encoder in
      encoder.add(row)
      encoder.add(UInt8(outcome.rawValue))
      encoder.add(member)
      for field in MemberField.allCases {
        let slot = field.rawValue
        guard unsafe !old[slot].hasSameBytes(as: new[slot]) else { continue }
        encoder.add(UInt8(slot))
        unsafe encoder.add(old[slot])
        unsafe encoder.add(new[slot])
      }
      for form in forms {
        encoder.add(UInt8(MemberRecord.forms))
        encoder.add(form.form)
        encoder.add(form.field)
        encoder.add(form.old ?? [])
        encoder.add(form.new ?? [])
      }
    }
  }
}

extension SpoolDecoder {
  /// Reads what a ``ChangeRecorder`` wrote.
  mutating func change() throws(RecordDamage) -> RowChange {
    let row = try number(UInt64.self)
    let outcome = RowChange.Outcome(rawValue: Int(try number(UInt8.self)))
    guard let outcome else { throw RecordDamage() }
    var change = RowChange(
      row: row, outcome: outcome, member: try number(UInt32.self), fields: [])
    while !isAtEnd { change.fields.append(try fieldChange()) }
    return change
  }

  private mutating func fieldChange() throws(RecordDamage) -> FieldChange {
    let slot = Int(try number(UInt8.self))
    if slot == MemberRecord.forms {
      let field = StoredField.form(try value(), try value())
      return FieldChange(column: field.columnName, old: try value(), new: try value())
    }
    guard let field = MemberField(rawValue: slot) else { throw RecordDamage() }
    let values = (old: try value(), new: try value())
    return FieldChange(
      column: field.columnName, old: field.exported(values.old), new: field.exported(values.new))
  }
}

extension MemberField {
  /// A stored value as an export writes it.
  func exported(_ stored: [UInt8]) -> [UInt8] {
    guard isBoolean, let digit = stored.first else { return stored }
    return Array((digit == UInt8(ascii: "1") ? "true" : "false").utf8)
  }
}
