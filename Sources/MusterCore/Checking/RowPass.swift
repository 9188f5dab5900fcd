/// The check of a chunk's rows: looks at each cell once, and keeps what the store will want.
@safe struct RowPass {
  private let checker: RowChecker
  private let chunk: CheckedChunk
  private let slots: [Int]
  private let normalizes: Bool
  private let hasClearToken: Bool
  private let cellBytesMax: Int
  private let seed: HashSeed
  private(set) var hints: HintBudget
  /// Of ``cellByteCount``, the bytes that the budget of hints has seen.
  private var hintedByteCount: UInt64 = 0
  private(set) var faults: [RowFault] = []
  private(set) var cellByteCount: UInt64 = 0
  /// Rows that leave required fields of a form open.
  private(set) var openRowCount = 0

  // The row that is being checked.
  private var row = 0
  /// The last row that had a hint with names in it.
  private var hintedRow = -1
  private var values: UnsafeMutablePointer<CellBytes>
  private var checked = CheckedRow()
  private var fingerprint: UInt64 = 0
  private var hasForms = false
  private var hasIdentifier = false
  /// An identifier was given, but broke its rule: that fault says enough.
  private var hasIdentifierFault = false
  /// Normalising took separators out of the phone that is being checked.
  private var isStripped = false

  init(checker: RowChecker, chunk: CheckedChunk, hints: HintBudget) {
    self.hints = hints
    self.checker = checker
    self.chunk = chunk
    slots = checker.plan.slots
    normalizes = checker.options.normalizes
    hasClearToken = checker.options.clearToken != nil
    cellBytesMax = checker.limits.cellBytesMax
    seed = checker.seed
    unsafe values = unsafe chunk.noValues
  }

  /// Checks a row, in the order of the rows.
  mutating func check(_ cells: UnsafeBufferPointer<CellBytes>, byteCount: UInt64, row: Int) {
    begin(row)
    cellByteCount &+= byteCount
    let firstFault = faults.count
    if cells.count != slots.count {
      add(.wrongCellCount, FaultHint.cellCount(found: cells.count, wanted: slots.count))
    } else if byteCount > checker.limits.rowBytesMax {
      let max = checker.limits.rowBytesMax
      add(.valueTooLong, FaultHint.tooLong(rowBytes: byteCount, max: max))
    } else {
      unsafe values = unsafe chunk.makeValues(ofRow: row)
      checked.hasValues = true
      for place in 0..<cells.count where slots[place] >= 0 {
        unsafe check(cells[place], column: place, slot: slots[place])
      }
      finish()
    }
    checked.firstFault = Int32(firstFault)
    checked.faultCount = Int32(faults.count - firstFault)
    unsafe chunk.rows[row] = checked
  }

  private mutating func begin(_ row: Int) {
    self.row = row
    checked = CheckedRow()
    fingerprint = 0
    hasForms = false
    hasIdentifier = false
    hasIdentifierFault = false
  }

  /// Checks the cell of a column that is not ignored.
  @inline(__always)
  private mutating func check(_ sent: CellBytes, column: Int, slot: Int) {
    let cell = unsafe normalizes ? unguarded(trimmed(sent)) : sent
    unsafe checkCell(cell, column: column, slot: slot)
    guard normalizes, unsafe isStripped || cell.count != sent.count else { return }
    checked.normalizedCount += 1
    isStripped = false
  }

  /// Checks a cell as it would be stored, but for the separators of a phone.
  @inline(__always)
  private mutating func checkCell(_ cell: CellBytes, column: Int, slot: Int) {
    if unsafe cell.count == 0 { return }
    if hasClearToken, unsafe isClearToken(cell) {
      unsafe values[slot] = unsafe .cleared
      checked.clearsFields = true
      if slot >= MemberField.count { hasForms = true }
      return
    }
    guard unsafe cell.count <= cellBytesMax else {
      let hint = unsafe FaultHint.tooLong(cellBytes: cell.count, max: cellBytesMax)
      return unsafe fail(.valueTooLong, column, cell, hint)
    }
    let isASCII = unsafe cell.withSpan { TextRule.isPlainASCII($0) }
    if !isASCII, let fault = unsafe cell.withSpan({ TextRule.fault(in: $0) }) {
      let hint = unsafe cell.withSpan { FaultHint.text(fault, in: $0) }
      return unsafe fail(fault.code, column, cell, hint)
    }
    unsafe check(cell, isASCII: isASCII, column: column, slot: slot)
  }

  @inline(__always)
  private mutating func check(_ cell: CellBytes, isASCII: Bool, column: Int, slot: Int) {
    switch slot {
    case 0: unsafe checkEmail(cell, isASCII: isASCII, column)
    case 1: unsafe checkPhone(cell, column)
    case 2:
      checked.externalIDHash = unsafe add(cell, slot: slot)
      hasIdentifier = true
    case 3, 4: _ = unsafe add(cell, slot: slot)
    case 5:
      if unsafe cell.withSpan({ DateRule.accepts($0, notAfter: checker.today) }) {
        _ = unsafe add(cell, slot: slot)
      } else {
        let hint = unsafe cell.withSpan { FaultHint.date($0, today: checker.today) }
        unsafe fail(.invalidDate, column, cell, hint)
      }
    case 6: unsafe checkLabels(cell, column)
    case 7, 8, 9: unsafe checkBoolean(cell, column, slot)
    default: unsafe checkForm(cell, column, slot)
    }
  }

  private mutating func checkEmail(_ cell: CellBytes, isASCII: Bool, _ column: Int) {
    guard unsafe cell.withSpan({ EmailRule.accepts($0) }) else {
      let hint = unsafe cell.withSpan { FaultHint.email($0) }
      return unsafe fail(.invalidEmail, column, cell, hint)
    }
    hasIdentifier = true
    _ = unsafe add(cell, slot: 0)
    if !isASCII {
      unsafe checked.emailKey = unsafe chunk.scratch.copy(cell.withSpan { EmailKey.make($0) })
    }
    checked.emailHash = unsafe IdentityKey.emailHash(
      isASCII ? cell : checked.emailKey, seed: seed)
  }

  private mutating func checkPhone(_ sent: CellBytes, _ column: Int) {
    var cell = unsafe sent
    if normalizes, let stripped = unsafe cell.withSpan({ PhoneRule.strip($0) }) {
      unsafe cell = unsafe chunk.scratch.copy(stripped)
      isStripped = true
    }
    guard unsafe cell.withSpan({ PhoneRule.accepts($0) }) else {
      let hint = unsafe sent.withSpan { FaultHint.phone($0) }
      return unsafe fail(.invalidPhone, column, sent, hint)
    }
    checked.phoneHash = unsafe add(cell, slot: 1)
    hasIdentifier = true
  }

  private mutating func checkBoolean(_ cell: CellBytes, _ column: Int, _ slot: Int) {
    guard let value = unsafe cell.withSpan({ BooleanRule.value($0) }) else {
      let hint = unsafe cell.withSpan { FaultHint.boolean($0) }
      return unsafe fail(.invalidBoolean, column, cell, hint)
    }
    _ = unsafe add(chunk.digit(value), slot: slot)
  }

  private mutating func checkForm(_ cell: CellBytes, _ column: Int, _ slot: Int) {
    let place = slot - MemberField.count
    if let choices = checker.choices[place] {
      guard unsafe choices.contains(cell) else {
        prepareHint()
        let hint = unsafe cell.withSpan { FaultHint.choice($0, of: choices, &hints) }
        return unsafe fail(.invalidFormValue, column, cell, hint)
      }
    } else {
      let type = checker.plan.formColumns[place].spec.type
      guard unsafe cell.withSpan({ FormValueRule.accepts($0, type: type) }) else {
        let hint = unsafe cell.withSpan { FaultHint.formValue($0, type: type) }
        return unsafe fail(.invalidFormValue, column, cell, hint)
      }
    }
    unsafe values[slot] = unsafe cell
    hasForms = true
  }

  private mutating func checkLabels(_ cell: CellBytes, _ column: Int) {
    guard let start = unsafe cell.start else { return }
    var ranks = unsafe LabelRanks(start: start, count: cell.count)
    unsafe cell.withSpan { span in
      LabelCell.forEachSlug(in: span) { range in
        let slug = unsafe CellBytes(count: range.count, start: start + range.lowerBound)
        guard
          let rank = unsafe checker.labels.rank(of: start + range.lowerBound, count: range.count)
        else {
          prepareHint()
          let hint = unsafe slug.withSpan {
            FaultHint.label($0, known: checker.labels, &hints)
          }
          return unsafe fail(.unknownLabel, column, slug, hint)
        }
        ranks.add(rank, at: range)
      }
    }
    let canonical = unsafe ranks.canonical(checker.labels, in: chunk.scratch)
    if unsafe canonical.count > 0 { _ = unsafe add(canonical, slot: MemberField.labels.rawValue) }
  }

  /// Ends the row: what it gives as a whole.
  private mutating func finish() {
    if !hasIdentifier, !hasIdentifierFault {
      let clears = (0..<3).contains { unsafe values[$0].isCleared }
      return add(.noIdentifier, FaultHint.noIdentifier(clears: clears))
    }
    if hasForms {
      unsafe checked.forms = unsafe checker.forms.encode(values, in: chunk.scratch)
      checked.leavesRequiredOpen = unsafe checker.forms.leavesRequiredOpen(values)
      if checked.leavesRequiredOpen { openRowCount += 1 }
      if unsafe checked.forms.count > 0 {
        fingerprint &+= unsafe Fingerprint.hash(
          checked.forms, slot: MemberRecord.forms, seed: seed)
      }
    }
    if !checked.clearsFields, !checked.leavesRequiredOpen {
      checked.fingerprint = fingerprint == 0 ? 1 : fingerprint
    }
  }

  /// Has the budget of hints know which row it is spent on, and what came before.
  private mutating func prepareHint() {
    guard hintedRow != row else { return }
    hintedRow = row
    hints.beginRow(addedBytes: cellByteCount - hintedByteCount)
    hintedByteCount = cellByteCount
  }

  /// Ends the pass.
  ///
  /// - Returns: What is left for the hints of the rows that follow.
  mutating func endHints() -> HintBudget {
    hints.beginRow(addedBytes: cellByteCount - hintedByteCount)
    hintedByteCount = cellByteCount
    return hints
  }

  /// Adds a fault of the whole row.
  private mutating func add(_ code: FaultCode, _ hint: String) {
    let number = chunk.firstRow + UInt64(row) + 1
    faults.append(RowFault(row: number, column: nil, code: code, hint: hint))
  }

  /// Keeps a value for the store and adds it to the fingerprint.
  @inline(__always)
  private mutating func add(_ cell: CellBytes, slot: Int) -> UInt64 {
    unsafe values[slot] = unsafe cell
    let hash = unsafe Fingerprint.hash(cell, slot: slot, seed: seed)
    fingerprint &+= hash
    return hash
  }

  private mutating func fail(_ code: FaultCode, _ column: Int, _ cell: CellBytes, _ hint: String?) {
    let fault = unsafe RowFault(
      row: chunk.firstRow + UInt64(row) + 1, column: checker.plan.names[column], code: code,
      value: cell.bytes(max: Limits.faultValueBytesMax), hint: hint)
    faults.append(fault)
    if checker.plan.slots[column] < 3 { hasIdentifierFault = true }
  }

  private func trimmed(_ cell: CellBytes) -> CellBytes {
    guard let start = unsafe cell.start, unsafe cell.count > 0 else { return unsafe .blank }
    let range = unsafe cell.withSpan { BlankRule.trimmed($0) }
    return unsafe CellBytes(count: range.count, start: start + range.lowerBound)
  }

  /// Takes off the `'` that an export for spreadsheets has put in front.
  private func unguarded(_ cell: CellBytes) -> CellBytes {
    guard let start = unsafe cell.start, unsafe cell.withSpan({ SpreadsheetCell.isGuarded($0) })
    else { return unsafe cell }
    return unsafe CellBytes(count: cell.count - 1, start: start + 1)
  }

  private func isClearToken(_ cell: CellBytes) -> Bool {
    guard let token = checker.options.clearToken else { return false }
    return unsafe token.count == cell.count && cell.buffer.elementsEqual(token)
  }
}
