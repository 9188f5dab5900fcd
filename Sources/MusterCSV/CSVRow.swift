/// One row of a CSV file, borrowed from the reader that found it.
///
/// The row and every pointer it gives are valid only inside the callback that received it. Its
/// cells are bytes as the file has them, without their quotes: they may hold NUL or invalid UTF-8.
@safe public struct CSVRow: ~Copyable {
  /// The physical line on which the row's first cell begins, counted from 1.
  public let line: Int
  /// How many cells the row has; at least 1.
  public let cellCount: Int
  @usableFromInline let base: UnsafePointer<UInt8>
  @usableFromInline let starts: UnsafePointer<UInt32>
  @usableFromInline let ends: UnsafePointer<UInt32>

  /// The unquoted bytes of a cell, counted from 0; a count outside the row traps.
  @inlinable public func cell(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    precondition(index >= 0 && index < cellCount, "A row was asked for a cell it does not have.")
    let start = unsafe Int(starts[index])
    let end = unsafe Int(ends[index])
    return unsafe UnsafeBufferPointer(start: base + start, count: end - start)
  }

  /// The sum of the lengths of the cells, in bytes.
  ///
  /// - Complexity: O(`cellCount`)
  @inlinable public var cellBytes: Int {
    var sum = 0
    for index in 0..<cellCount {
      unsafe sum &+= Int(ends[index] &- starts[index])
    }
    return sum
  }

  /// Gives all cells at once, for a caller that copies in bulk.
  ///
  /// Cell `i` is the bytes from `base + starts[i]` up to `base + ends[i]`. Cells lie in order and
  /// do not overlap; what lies between them (delimiters, quotes) is not the caller's.
  @inlinable public func withCells<Result: ~Copyable, Failure: Error>(
    _ body: (
      _ base: UnsafePointer<UInt8>,
      _ starts: UnsafeBufferPointer<UInt32>,
      _ ends: UnsafeBufferPointer<UInt32>
    ) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe body(
      base,
      UnsafeBufferPointer(start: starts, count: cellCount),
      UnsafeBufferPointer(start: ends, count: cellCount))
  }
}
