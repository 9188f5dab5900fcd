/// Appends rows of CSV to a byte buffer; whatever it writes, `CSVReader` reads back the same.
///
/// A cell is quoted only when it must be: when it holds the delimiter, a quote, CR or LF, when it
/// is the first of its row and begins with a byte order mark, and when it is blank and alone, since
/// the row would else be a blank line. Rows end in LF.
public struct CSVWriter: Sendable {
  private let delimiter: UInt8
  private let marks: CSVMarks
  private var cellCount = 0
  private var isBlank = true

  /// A writer at the start of a row; a delimiter that is a quote, CR or LF traps.
  public init(delimiter: UInt8 = 0x2C) {
    precondition(CSVBytes.canDelimit(delimiter), "A quote or a line end cannot delimit cells.")
    self.delimiter = delimiter
    self.marks = CSVMarks(delimiter: delimiter)
  }

  /// Appends a cell to the row, after a delimiter if it is not the first.
  public mutating func append(cell: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
    if cellCount > 0 { out.append(delimiter) }
    if unsafe needsQuotes(cell) {
      unsafe appendQuoted(cell, to: &out)
    } else {
      unsafe out.append(contentsOf: cell)
    }
    cellCount += 1
    isBlank = cell.isEmpty
  }

  /// Appends a cell to the row; bytes that do not lie in one stretch of memory are copied first.
  @inlinable public mutating func append(cell: some Collection<UInt8>, to out: inout [UInt8]) {
    let done: Void? = cell.withContiguousStorageIfAvailable { bytes in
      unsafe append(cell: bytes, to: &out)
    }
    if done == nil { append(cell: Array(cell), to: &out) }
  }

  /// Appends a text, as UTF-8, as a cell of the row.
  public mutating func append(_ text: String, to out: inout [UInt8]) {
    append(cell: text.utf8, to: &out)
  }

  /// Ends the row; a row without cells writes nothing.
  public mutating func endRow(in out: inout [UInt8]) {
    guard cellCount > 0 else { return }
    if cellCount == 1 && isBlank {
      out.append(CSVBytes.quote)
      out.append(CSVBytes.quote)
    }
    out.append(CSVBytes.lineFeed)
    cellCount = 0
  }

  private func needsQuotes(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    if unsafe cellCount == 0 && beginsWithMark(cell) { return true }
    return unsafe marks.isAny(in: cell)
  }

  /// Whether a cell would be taken for a byte order mark: that of UTF-8, or half of UTF-16's.
  private func beginsWithMark(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = unsafe cell.first, first >= 0xEF else { return false }
    return unsafe first >= 0xFE || cell.starts(with: [0xEF, 0xBB, 0xBF])
  }

  private func appendQuoted(_ cell: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]) {
    out.append(CSVBytes.quote)
    var rest = unsafe cell[...]
    while let quote = unsafe rest.firstIndex(of: CSVBytes.quote) {
      unsafe out.append(contentsOf: UnsafeBufferPointer(rebasing: rest[...quote]))
      out.append(CSVBytes.quote)
      unsafe rest = rest[(quote + 1)...]
    }
    unsafe out.append(contentsOf: UnsafeBufferPointer(rebasing: rest))
    out.append(CSVBytes.quote)
  }
}
