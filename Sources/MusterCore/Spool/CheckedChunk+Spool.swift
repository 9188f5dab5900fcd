/// A checked chunk as bytes, for the time until all rows of its import have come.
extension CheckedChunk {
  /// Writes the chunk: a head, its rows, the lengths of all values, their bytes, and the faults.
  ///
  /// Rows without values have no lengths either: a few bytes must not become a long file.
  package func spool(into encoder: inout SpoolEncoder) {
    let filledRows = (0..<rowCount).filter { unsafe rows[$0].hasValues }
    encoder.reserve(
      Int(cellByteCount) + rowCount * rowBytes + filledRows.count * slotCount * 4
        + faults.count * 64)
    encoder.add(firstRow)
    encoder.add(UInt64(rowCount))
    encoder.add(UInt64(slotCount))
    encoder.add(cellByteCount)
    encoder.add(UInt64(rowDigest == nil ? 0 : 1))
    encoder.add(rowDigest?.value ?? 0)
    encoder.add(UInt64(faults.count))
    unsafe encoder.add(raw: UnsafeRawBufferPointer(start: rows, count: rowCount * rowBytes))
    // A cleared value has the length -1.
    for row in filledRows {
      let values = unsafe values(ofRow: row)
      for slot in 0..<slotCount {
        encoder.add(Int32(truncatingIfNeeded: unsafe values[slot].count))
      }
    }
    for row in filledRows {
      unsafe add(rows[row].emailKey, to: &encoder)
      unsafe add(rows[row].forms, to: &encoder)
      let values = unsafe values(ofRow: row)
      for slot in 0..<slotCount { unsafe add(values[slot], to: &encoder) }
    }
    for fault in faults { encoder.add(fault) }
  }

  private var rowBytes: Int { MemoryLayout<CheckedRow>.stride }

  private func add(_ value: CellBytes, to encoder: inout SpoolEncoder) {
    if unsafe value.count > 0 { unsafe encoder.add(raw: UnsafeRawBufferPointer(value.buffer)) }
  }

  /// Reads a chunk back; its values lie in the memory, which it keeps.
  package static func unspooled(_ memory: SpoolMemory) throws(RecordDamage) -> CheckedChunk {
    var decoder = unsafe SpoolDecoder(memory.bytes)
    let firstRow = try decoder.number(UInt64.self)
    let rowCount = Int(clamping: try decoder.number(UInt64.self))
    let slotCount = Int(clamping: try decoder.number(UInt64.self))
    let cellByteCount = try decoder.number(UInt64.self)
    let hasDigest = try decoder.number(UInt64.self) != 0
    let digest = RowDigest(value: try decoder.number(UInt64.self))
    let faultCount = try decoder.number(UInt64.self)
    guard rowCount <= Limits.rowsPerChunkMax, slotCount <= Int(Int32.max) else {
      throw RecordDamage()
    }
    let chunk = CheckedChunk(
      firstRow: firstRow, rowCount: rowCount, slotCount: slotCount, owner: memory)
    chunk.cellByteCount = cellByteCount
    chunk.rowDigest = hasDigest ? digest : nil
    try chunk.readRows(&decoder)
    for _ in 0..<faultCount { chunk.faults.append(try decoder.fault()) }
    guard decoder.isAtEnd else { throw RecordDamage() }
    return chunk
  }

  private func readRows(_ decoder: inout SpoolDecoder) throws(RecordDamage) {
    let rawRows = unsafe try decoder.raw(rowCount * rowBytes)
    var filledCount = 0
    for row in 0..<rowCount {
      unsafe rows[row] = unsafe rawRows.loadUnaligned(
        fromByteOffset: row * rowBytes, as: CheckedRow.self)
      if unsafe rows[row].hasValues { filledCount += 1 }
    }
    let counts = unsafe try decoder.raw(filledCount * slotCount * 4)
    var place = 0
    for row in 0..<rowCount where unsafe rows[row].hasValues {
      // The row as it was, but for its addresses.
      var checked = unsafe rows[row]
      unsafe checked.emailKey = unsafe try decoder.cell(count: checked.emailKey.count)
      unsafe checked.forms = unsafe try decoder.cell(count: checked.forms.count)
      unsafe rows[row] = checked
      let values = unsafe makeValues(ofRow: row)
      for slot in 0..<slotCount {
        let count = unsafe counts.loadUnaligned(fromByteOffset: place * 4, as: Int32.self)
        unsafe values[slot] = unsafe count < 0 ? .cleared : try decoder.cell(count: Int(count))
        place += 1
      }
    }
  }
}
