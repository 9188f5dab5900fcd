extension CSVReader {
  /// Ends the last cell of a row and hands the row out.
  @inline(__always)
  mutating func endRow(
    _ cursor: inout Cursor, at end: Int, base: UnsafePointer<UInt8>,
    row: (borrowing CSVRow) throws -> Void
  ) throws {
    if end &- cursor.rowStart > rowBytesMax { throw rowTooLong(cursor) }
    if cursor.mode == .closed {
      endCell(&cursor, from: cursor.cellStart &+ 1, to: cursor.quote, next: end)
    } else {
      endCell(&cursor, from: cursor.cellStart, to: end, next: end)
    }
    cursor.rowCount &+= 1
    var rowBase = unsafe base + cursor.rowStart
    if cursor.rowStart < 0 || doubled.count > 0 {
      unsafe rowBase = assemble(base, rowStart: cursor.rowStart, end: end, cells: cursor.cellCount)
    }
    try unsafe row(
      CSVRow(
        line: cursor.rowLine, cellCount: cursor.cellCount, base: rowBase,
        starts: UnsafePointer(starts.base), ends: UnsafePointer(ends.base)))
  }

  /// Puts together a row that began in an earlier piece or has doubled quotes.
  ///
  /// - Returns: where the row lies; valid until the next row is put together.
  @inline(never)
  private mutating func assemble(
    _ base: UnsafePointer<UInt8>, rowStart: Int, end: Int, cells: Int
  ) -> UnsafePointer<UInt8> {
    var rowBase = unsafe base + max(rowStart, 0)
    if rowStart < 0 {
      unsafe carried.append(base, count: end)
      unsafe rowBase = UnsafePointer(carried.base)
      carried.count = 0
    }
    guard doubled.count > 0 else { return unsafe rowBase }
    unsafe unescape(rowBase, count: end - rowStart)
    moveCells(cells)
    doubled.count = 0
    return unsafe UnsafePointer(unescaped.base)
  }

  /// Copies a row without the second of its doubled quotes.
  private mutating func unescape(_ row: UnsafePointer<UInt8>, count: Int) {
    unescaped.count = 0
    var position = 0
    for index in 0..<doubled.count {
      let dropped = unsafe Int(doubled.base[index])
      unsafe unescaped.append(row + position, count: dropped - position)
      position = dropped + 1
    }
    unsafe unescaped.append(row + position, count: count - position)
  }

  /// Moves every cell back by the quotes that were dropped before it.
  private mutating func moveCells(_ cells: Int) {
    var dropped = 0
    for index in 0..<cells {
      let end = unsafe ends.base[index]
      unsafe starts.base[index] -= UInt32(dropped)
      while unsafe dropped < doubled.count && doubled.base[dropped] < end { dropped += 1 }
      unsafe ends.base[index] = end - UInt32(dropped)
    }
  }

  /// Ends the file: its last row may lack a line end, its last quote may not lack its other half.
  mutating func finish(row: (borrowing CSVRow) throws -> Void) throws {
    var cursor = cursor
    if cursor.mode == .quoted { throw CSVError.unclosedQuote(line: cursor.quoteLine) }
    if cursor.rowStart < 0 {
      let base = unsafe UnsafePointer(carried.base)
      try unsafe endRow(&cursor, at: 0, base: base, row: row)
    }
    if cursor.rowCount == 0 { throw CSVError.noHeader }
    self.cursor = cursor
  }

  /// The text stands right after the closing quote; a row too long before that is just too long.
  func textAfterQuote(_ cursor: Cursor) -> CSVError {
    if cursor.quote + 1 - cursor.rowStart >= rowBytesMax { return rowTooLong(cursor) }
    return .textAfterQuote(line: cursor.line)
  }

  func rowTooLong(_ cursor: Cursor) -> CSVError {
    .rowTooLong(line: cursor.rowLine, rowBytesMax: rowBytesMax)
  }
}
