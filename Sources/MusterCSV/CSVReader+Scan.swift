extension CSVReader {
  /// What the next byte is to the cell it belongs to.
  enum Mode {
    /// The cell has no opening quote (or has not begun).
    case plain
    /// The cell's quote is open.
    case quoted
    /// The last byte was a quote in a quoted cell: it closes the cell, or is the first of two.
    case closed
  }

  /// Where the reader stands. Positions count from the start of the piece being read; those of
  /// earlier pieces are negative.
  struct Cursor {
    var mode = Mode.plain
    var rowStart = 0
    var cellStart = 0
    var cellCount = 0
    /// Where the last quote inside a quoted cell was.
    var quote = -2
    /// Where the last CR was, to know the LF that belongs to it.
    var carriageReturn = -2
    var line = 1
    var rowLine = 1
    var quoteLine = 1
    var rowCount = 0
  }

  /// Reads a piece, mark by mark.
  mutating func scan(
    _ piece: UnsafeRawBufferPointer, row: (borrowing CSVRow) throws -> Void
  ) throws {
    guard let start = piece.baseAddress, piece.count > 0 else { return }
    let base = unsafe start.assumingMemoryBound(to: UInt8.self)
    let marks = marks
    // A local copy lives in registers; the reader's own would be stored at every mark.
    var cursor = cursor
    var block = 0
    while block < piece.count {
      let length = min(CSVMarks.blockBytes, piece.count &- block)
      // A block has at most as many cells as bytes: with room for them, no cell needs a check.
      reserveCells(cursor.cellCount &+ CSVMarks.blockBytes, keeping: cursor.cellCount)
      var found =
        unsafe length == CSVMarks.blockBytes
        ? marks.block(at: base + block) : marks.tail(at: base + block, count: length)
      while found != 0 {
        try unsafe step(
          &cursor, at: block &+ found.trailingZeroBitCount, base: base, row: row)
        found &= found &- 1
      }
      block &+= length
      if cursor.mode == .closed && block > cursor.quote &+ 1 { throw textAfterQuote(cursor) }
      if block &- cursor.rowStart > rowBytesMax { throw rowTooLong(cursor) }
    }
    unsafe carry(base, count: piece.count, cursor: cursor)
  }

  /// Takes one marked byte.
  @inline(__always)
  private mutating func step(
    _ cursor: inout Cursor, at: Int, base: UnsafePointer<UInt8>,
    row: (borrowing CSVRow) throws -> Void
  ) throws {
    let byte = unsafe base[at]
    switch cursor.mode {
    case .plain:
      if byte == delimiter {
        endCell(&cursor, from: cursor.cellStart, to: at, next: at &+ 1)
      } else if byte != CSVBytes.quote {
        try unsafe endLine(&cursor, at: at, byte: byte, base: base, row: row)
      } else if at == cursor.cellStart {
        cursor.mode = .quoted
        cursor.quoteLine = cursor.line
      }
    case .quoted:
      if byte == CSVBytes.quote {
        cursor.mode = .closed
        cursor.quote = at
      } else if byte != delimiter {
        countLine(&cursor, at: at, byte: byte)
      }
    case .closed:
      guard at == cursor.quote &+ 1 else { throw textAfterQuote(cursor) }
      if byte == delimiter {
        endCell(&cursor, from: cursor.cellStart &+ 1, to: cursor.quote, next: at &+ 1)
        cursor.mode = .plain
      } else if byte == CSVBytes.quote {
        doubled.append(UInt32(truncatingIfNeeded: at &- cursor.rowStart))
        cursor.mode = .quoted
      } else {
        try unsafe endLine(&cursor, at: at, byte: byte, base: base, row: row)
      }
    }
  }

  @inline(__always)
  private mutating func reserveCells(_ needed: Int, keeping used: Int) {
    starts.reserve(needed, keeping: used)
    ends.reserve(needed, keeping: used)
  }

  @inline(__always)
  func endCell(_ cursor: inout Cursor, from start: Int, to end: Int, next: Int) {
    let index = cursor.cellCount
    unsafe starts.base[index] = UInt32(truncatingIfNeeded: start &- cursor.rowStart)
    unsafe ends.base[index] = UInt32(truncatingIfNeeded: end &- cursor.rowStart)
    cursor.cellCount = index &+ 1
    cursor.cellStart = next
  }

  /// Counts a line end; the LF of a CRLF was counted with its CR.
  @inline(__always)
  private func countLine(_ cursor: inout Cursor, at: Int, byte: UInt8) {
    if byte == CSVBytes.carriageReturn {
      cursor.carriageReturn = at
    } else if cursor.carriageReturn == at &- 1 {
      return
    }
    cursor.line &+= 1
  }

  /// Ends a row at a line end, unless the line is blank.
  @inline(__always)
  private mutating func endLine(
    _ cursor: inout Cursor, at: Int, byte: UInt8, base: UnsafePointer<UInt8>,
    row: (borrowing CSVRow) throws -> Void
  ) throws {
    if at != cursor.rowStart {
      try unsafe endRow(&cursor, at: at, base: base, row: row)
    }
    countLine(&cursor, at: at, byte: byte)
    cursor.beginRow(at: at &+ 1)
  }

  /// Keeps what a later piece needs of this one: the row that has not ended, and where it stands.
  private mutating func carry(_ base: UnsafePointer<UInt8>, count: Int, cursor: Cursor) {
    let kept = max(cursor.rowStart, 0)
    unsafe carried.append(base + kept, count: count - kept)
    self.cursor = cursor
    self.cursor.rowStart -= count
    self.cursor.cellStart -= count
    self.cursor.quote -= count
    self.cursor.carriageReturn -= count
  }
}

extension CSVReader.Cursor {
  @inline(__always)
  mutating func beginRow(at position: Int) {
    mode = .plain
    rowStart = position
    cellStart = position
    cellCount = 0
    rowLine = line
  }
}
