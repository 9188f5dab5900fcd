/// Checks the rows of one import against every rule that needs no stored member.
///
/// Source: Design, "Check", step "Check". Thread-safe: it keeps no state between chunks.
@safe public struct RowChecker: Sendable {
  public let plan: ColumnPlan
  /// What the caller asked of the import.
  public let options: ImportOptions
  let limits: Limits
  let labels: LabelTable
  /// For each form column what it may hold, if it is a choice.
  let choices: [ChoiceTable?]
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
    labels = catalogue.index.labels(of: catalogue)
    choices = plan.formColumns.map { catalogue.index.choices(of: $0) }
    forms = FormEncoder(plan: plan, catalogue: catalogue)
  }

  /// Checks a run of rows.
  ///
  /// - Parameters:
  ///   - skipping: Rows at its start that are decided already and are left out.
  ///   - count: Rows to take after those; nil takes all.
  ///   - cellBytesLeft: Bytes of cells that the import may still take; the first row over it and
  ///     all after it are left out. nil if there is no limit.
  public func check(
    _ source: any RowSource, skipping: Int = 0, count: Int? = nil, cellBytesLeft: UInt64? = nil
  ) -> CheckedChunk {
    var hints = HintBudget()
    return check(
      source, skipping: skipping, count: count, cellBytesLeft: cellBytesLeft, &hints)
  }

  /// Checks a run of rows, or so many of them that others do not wait for long.
  ///
  /// - Parameters:
  ///   - hints: What the import may spend on hints; what is left of it afterwards is for the rows
  ///     that follow.
  ///   - digest: That of the import's rows before these, to be carried on; nil makes none.
  ///   - turn: How much is checked before it returns, one row at least; nil for all. The rows of
  ///     the result say how much it was.
  public func check(
    _ source: any RowSource, skipping: Int = 0, count: Int? = nil, cellBytesLeft: UInt64? = nil,
    _ hints: inout HintBudget, after digest: RowDigest? = nil, turn: CheckTurn? = nil
  ) -> CheckedChunk {
    let left = min(count ?? .max, max(source.rowCount - skipping, 0))
    let chunk = CheckedChunk(
      firstRow: source.firstRow + UInt64(skipping),
      rowCount: min(left, turn?.rowsMax(slotCount: plan.slotCount) ?? left),
      slotCount: plan.slotCount, owner: source)
    let stepsBefore = hints.stepsTaken
    var digest = digest
    var pass = RowPass(checker: self, chunk: chunk, hints: hints)
    for row in 0..<chunk.rowCount {
      let cells = unsafe source.cells(ofRow: skipping + row)
      var byteCount: UInt64 = 0
      for place in 0..<cells.count { byteCount &+= UInt64(unsafe cells[place].count) }
      if let cellBytesLeft, pass.cellByteCount + byteCount > cellBytesLeft {
        chunk.isOverByteLimit = true
        chunk.truncate(to: row)
        break
      }
      unsafe digest?.add(cells)
      unsafe pass.check(cells, byteCount: byteCount, row: row)
      if let turn, turn.isOver(pass, hintSteps: pass.hints.stepsTaken - stepsBefore) {
        chunk.truncate(to: row + 1)
        break
      }
    }
    chunk.faults = pass.faults
    chunk.cellByteCount = pass.cellByteCount
    chunk.rowDigest = digest
    hints = pass.endHints()
    return chunk
  }
}
