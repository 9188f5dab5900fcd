/// Checks the rows of one import against every rule that needs no stored member.
///
/// Source: DESIGN sections 2 and 3, step "Check". Thread-safe: it keeps no state between chunks.
@safe public struct RowChecker: Sendable {
  public let plan: ColumnPlan
  public let options: ImportOptions
  let limits: Limits
  let labels: LabelTable
  let seed: HashSeed
  /// The last day that a date of birth may be.
  let today: CalendarDay
  let forms: FormEncoder

  /// - Parameters:
  ///   - seed: The seed of the workspace's identity index.
  ///   - today: The present day; a date of birth after it is a fault.
  public init(
    plan: ColumnPlan, options: ImportOptions, limits: Limits, catalogue: Catalogue, seed: HashSeed,
    today: CalendarDay
  ) {
    self.plan = plan
    self.options = options
    self.limits = limits
    self.seed = seed
    self.today = today
    labels = LabelTable(catalogue.labels)
    forms = FormEncoder(plan: plan, catalogue: catalogue)
  }

  /// Checks a run of rows.
  ///
  /// - Parameters:
  ///   - skipping: Rows at its start that are decided already and are left out.
  ///   - count: Rows to take after those; nil takes all.
  ///   - cellBytesLeft: Bytes of cells that the import may still take; the first row over it and all
  ///     after it are left out. nil if there is no limit.
  public func check(
    _ source: any RowSource, skipping: Int = 0, count: Int? = nil, cellBytesLeft: UInt64? = nil
  ) -> CheckedChunk {
    let left = max(source.rowCount - skipping, 0)
    let chunk = CheckedChunk(
      firstRow: source.firstRow + UInt64(skipping), rowCount: min(count ?? left, left),
      slotCount: plan.slotCount, source: source)
    for row in 0..<chunk.rowCount {
      let cells = unsafe source.cells(ofRow: skipping + row)
      var byteCount: UInt64 = 0
      for place in 0..<cells.count { byteCount &+= UInt64(unsafe cells[place].count) }
      if let cellBytesLeft, chunk.cellByteCount + byteCount > cellBytesLeft {
        chunk.isOverByteLimit = true
        chunk.truncate(to: row)
        break
      }
      chunk.cellByteCount += byteCount
      unsafe check(cells, byteCount: Int(byteCount), row: row, in: chunk)
    }
    return chunk
  }

  private func check(
    _ cells: UnsafeBufferPointer<CellBytes>, byteCount: Int, row: Int, in chunk: CheckedChunk
  ) {
    let firstFault = chunk.faults.count
    if cells.count != plan.columns.count {
      let hint = FaultHint.cellCount(found: cells.count, wanted: plan.columns.count)
      chunk.faults.append(fault(.wrongCellCount, in: chunk, row, hint: hint))
    } else if byteCount > limits.rowBytesMax {
      let hint = FaultHint.tooLong(count: byteCount, max: limits.rowBytesMax)
      chunk.faults.append(fault(.valueTooLong, in: chunk, row, hint: hint))
    } else {
      var pass = RowPass(checker: self, chunk: chunk, row: row)
      for place in 0..<cells.count where plan.slots[place] >= 0 {
        unsafe pass.check(cells[place], column: place, slot: plan.slots[place])
      }
      pass.finish()
    }
    let faultCount = chunk.faults.count - firstFault
    if faultCount > 0 {
      unsafe chunk.rows[row].firstFault = Int32(firstFault)
      unsafe chunk.rows[row].faultCount = Int32(faultCount)
    }
  }

  private func fault(
    _ code: FaultCode, in chunk: CheckedChunk, _ row: Int, hint: String
  ) -> RowFault {
    RowFault(row: chunk.firstRow + UInt64(row) + 1, column: nil, code: code, hint: hint)
  }
}
