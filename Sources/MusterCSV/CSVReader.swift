/// A push parser for CSV after RFC 4180: bytes in, rows out; it does no I/O.
///
/// Line ends are LF, CRLF or CR, mixed as they come. Blank lines are skipped, a UTF-8 byte order
/// mark is dropped, quoted newlines are kept. The header is simply the first row; rows of any
/// number of cells are handed out as they are. The pieces of the file may have any size: what comes
/// out is the same. Memory is bounded by `rowBytesMax`, and rows that lie within a piece are not
/// copied.
public struct CSVReader: ~Copyable {
  let delimiter: UInt8
  let rowBytesMax: Int
  let marks: CSVMarks
  var cursor = Cursor()
  var starts = GrowingBuffer<UInt32>(capacity: 256)
  var ends = GrowingBuffer<UInt32>(capacity: 256)
  /// Where in the row the second quote of each doubled one stands.
  var doubled = GrowingBuffer<UInt32>(capacity: 16)
  /// The bytes of a row that began in an earlier piece.
  var carried = GrowingBuffer<UInt8>(capacity: 4096)
  /// The bytes of a row without the second of its doubled quotes.
  var unescaped = GrowingBuffer<UInt8>(capacity: 4096)
  /// The file's first bytes, until there are enough to judge them.
  private var opening = GrowingBuffer<UInt8>(capacity: CSVOpening.bytesMax)
  private var isOpen = false
  private var isFinished = false
  private var failure: (any Error)?

  /// A reader at the start of a file.
  ///
  /// - Parameters:
  ///   - delimiter: the byte between cells; a quote, CR or LF traps.
  ///   - rowBytesMax: how many bytes a row may have, quotes and delimiters counted, its line end
  ///     not. It is at most 2 GiB, whatever is given.
  public init(delimiter: UInt8 = 0x2C, rowBytesMax: Int = 8 * 1024 * 1024) {
    precondition(CSVBytes.canDelimit(delimiter), "A quote or a line end cannot delimit cells.")
    self.delimiter = delimiter
    self.rowBytesMax = min(rowBytesMax, Int(Int32.max))
    self.marks = CSVMarks(delimiter: delimiter)
  }

  /// Reads the next piece of the file, and calls `row` for each row that ends in it.
  ///
  /// A row whose line has no end is handed out when `isLast` is true; a last piece may be empty.
  /// After an error the reader stays where it is, and reading on throws the same error again.
  /// Reading on after the last piece traps.
  ///
  /// - Throws: `CSVError` of any code, or what `row` throws. Rows before the error were handed out.
  public mutating func read(
    _ bytes: UnsafeRawBufferPointer, isLast: Bool, row: (borrowing CSVRow) throws -> Void
  ) throws {
    precondition(!isFinished, "A CSV reader was given bytes after the last.")
    if let failure { throw failure }
    do {
      try unsafe open(bytes, isLast: isLast, row: row)
      if isLast {
        try finish(row: row)
        isFinished = true
      }
    } catch {
      failure = error
      throw error
    }
  }

  /// Holds back the first bytes until they can be judged, then lets all through.
  private mutating func open(
    _ bytes: UnsafeRawBufferPointer, isLast: Bool, row: (borrowing CSVRow) throws -> Void
  ) throws {
    if isOpen { return try unsafe scan(bytes, row: row) }
    let held = opening.count
    let taken = min(CSVOpening.bytesMax - held, bytes.count)
    for index in 0..<taken { unsafe opening.append(bytes[index]) }
    guard opening.count == CSVOpening.bytesMax || isLast else { return }
    isOpen = true
    let first = unsafe UnsafeRawBufferPointer(start: opening.base, count: opening.count)
    let dropped = try unsafe CSVOpening.droppedBytes(first)
    if held == 0 {
      return try unsafe scan(UnsafeRawBufferPointer(rebasing: bytes[dropped...]), row: row)
    }
    try unsafe scan(UnsafeRawBufferPointer(rebasing: first[dropped...]), row: row)
    try unsafe scan(UnsafeRawBufferPointer(rebasing: bytes[taken...]), row: row)
  }
}
