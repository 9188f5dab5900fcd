internal import CMusterProto
internal import CProtobufC
internal import MusterCore

extension RowChange {
  init(_ message: UnsafeMutablePointer<Muster__V1__RowChange>) throws(WireError) {
    let message = unsafe message.pointee
    guard let outcome = unsafe Outcome(rawValue: Int(message.outcome.rawValue)),
      let member = unsafe UInt32(exactly: message.member_id)
    else {
      throw WireError(
        code: .malformed, message: "The daemon sent a change of a row that this version lacks.")
    }
    self.init(
      row: unsafe message.row, outcome: outcome, member: member,
      fields: unsafe try list(message.fields, message.n_fields) { field throws(WireError) in
        unsafe try FieldChange(field)
      })
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__RowChange> {
    let message = unsafe try arena.make(Muster__V1__RowChange.self, muster__v1__row_change__init)
    unsafe message.pointee.row = row
    unsafe message.pointee.outcome = Muster__V1__RowOutcome(UInt32(outcome.rawValue))
    unsafe message.pointee.member_id = UInt64(member)
    unsafe message.pointee.n_fields = fields.count
    unsafe message.pointee.fields = unsafe try arena.makeList(fields) { field throws(WireError) in
      unsafe try field.make(in: arena)
    }
    return unsafe message
  }
}

extension FieldChange {
  init(_ message: UnsafeMutablePointer<Muster__V1__FieldChange>) throws(WireError) {
    self.init(
      column: unsafe try message.pointee.column.text("column"),
      old: unsafe message.pointee.old_value.bytes, new: unsafe message.pointee.new_value.bytes)
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__FieldChange> {
    let message = unsafe try arena.make(
      Muster__V1__FieldChange.self, muster__v1__field_change__init)
    unsafe message.pointee.column = unsafe try arena.copy(column)
    unsafe message.pointee.old_value = unsafe try arena.copy(old)
    unsafe message.pointee.new_value = unsafe try arena.copy(new)
    return unsafe message
  }
}
