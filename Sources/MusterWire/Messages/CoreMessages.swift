internal import CMusterProto
internal import CProtobufC
internal import MusterCore

// The types of Core that several messages carry.

extension ImportProgress {
  init(_ message: Muster__V1__ImportCounts) {
    self.init(committed: unsafe message.committed)
    unsafe counts.created = message.created
    unsafe counts.updated = message.updated
    unsafe counts.unchanged = message.unchanged
    unsafe counts.rejected = message.rejected
    unsafe counts.repeats = message.repeats
    unsafe counts.identifierChanges = message.identifier_changes
    unsafe counts.normalized = message.normalized
    unsafe counts.optIns = message.opt_ins
    unsafe counts.optOuts = message.opt_outs
    unsafe counts.faults = message.faults
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__ImportCounts> {
    let message = unsafe try arena.make(
      Muster__V1__ImportCounts.self, muster__v1__import_counts__init)
    unsafe message.pointee.received = counts.received
    unsafe message.pointee.committed = committed
    unsafe message.pointee.created = counts.created
    unsafe message.pointee.updated = counts.updated
    unsafe message.pointee.unchanged = counts.unchanged
    unsafe message.pointee.rejected = counts.rejected
    unsafe message.pointee.repeats = counts.repeats
    unsafe message.pointee.identifier_changes = counts.identifierChanges
    unsafe message.pointee.normalized = counts.normalized
    unsafe message.pointee.opt_ins = counts.optIns
    unsafe message.pointee.opt_outs = counts.optOuts
    unsafe message.pointee.faults = counts.faults
    return unsafe message
  }
}

extension Limits {
  init(_ message: Muster__V1__ImportLimits) {
    self.init()
    rowsPerImport = unsafe message.rows_per_import
    bytesPerImport = unsafe message.bytes_per_import
    cellBytesMax = Int(clamping: unsafe message.cell_bytes_max)
    rowBytesMax = Int(clamping: unsafe message.row_bytes_max)
    columnsMax = Int(clamping: unsafe message.columns_max)
    chunkBytesMax = Int(clamping: unsafe message.chunk_bytes_max)
    spooledRowsMax = unsafe message.spooled_rows_max
    spooledBytesMax = unsafe message.spooled_bytes_max
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__ImportLimits> {
    let message = unsafe try arena.make(
      Muster__V1__ImportLimits.self, muster__v1__import_limits__init)
    unsafe message.pointee.rows_per_import = rowsPerImport
    unsafe message.pointee.bytes_per_import = bytesPerImport
    unsafe message.pointee.cell_bytes_max = UInt64(cellBytesMax)
    unsafe message.pointee.row_bytes_max = UInt64(rowBytesMax)
    unsafe message.pointee.columns_max = UInt64(columnsMax)
    unsafe message.pointee.chunk_bytes_max = UInt64(chunkBytesMax)
    unsafe message.pointee.chunk_rows_max = UInt64(Limits.rowsPerChunkMax)
    unsafe message.pointee.spooled_rows_max = spooledRowsMax
    unsafe message.pointee.spooled_bytes_max = spooledBytesMax
    return unsafe message
  }
}

extension RowFault {
  init(_ message: Muster__V1__RowFault) throws(WireError) {
    let column = unsafe try message.column.text("column")
    let hint = unsafe try message.hint.text("hint")
    let code = unsafe try message.code.text("code")
    guard let known = FaultCode(rawValue: code) else {
      throw WireError(
        code: .malformed, message: "The daemon sent the fault \(code), which this version lacks.")
    }
    self.init(
      row: unsafe message.row, column: column.isEmpty ? nil : column, code: known,
      value: unsafe message.value.bytes, hint: hint.isEmpty ? nil : hint)
  }

  func make(in arena: Arena) throws(WireError) -> UnsafeMutablePointer<Muster__V1__RowFault> {
    let message = unsafe try arena.make(Muster__V1__RowFault.self, muster__v1__row_fault__init)
    unsafe message.pointee.row = row
    unsafe message.pointee.column = unsafe try arena.copy(column ?? "")
    unsafe message.pointee.code = unsafe try arena.copy(code.rawValue)
    unsafe message.pointee.message = unsafe try arena.copy(code.text)
    unsafe message.pointee.value = unsafe try arena.copy(value)
    unsafe message.pointee.hint = unsafe try arena.copy(hint ?? "")
    return unsafe message
  }
}
