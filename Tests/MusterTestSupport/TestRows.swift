public import MusterCore

/// Rows for a test, in memory of their own, as a decoded chunk has them.
@safe public final class TestRows: RowSource, @unchecked Sendable {
  public let firstRow: UInt64
  public let rowCount: Int
  private let starts: [Int]
  private let cells: UnsafeMutableBufferPointer<CellBytes>
  private let bytes: UnsafeMutableBufferPointer<UInt8>

  /// - Parameter rows: The cells of each row.
  public init(firstRow: UInt64 = 0, _ rows: [[[UInt8]]]) {
    self.firstRow = firstRow
    rowCount = rows.count
    var starts = [0]
    for row in rows { starts.append(starts[starts.count - 1] + row.count) }
    self.starts = starts
    let byteCount = rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
    unsafe cells = .allocate(capacity: starts[rows.count])
    unsafe bytes = .allocate(capacity: byteCount)
    var place = 0
    for (index, cell) in rows.joined().enumerated() {
      let start = unsafe bytes.baseAddress.map { unsafe $0 + place }
      for byte in cell {
        unsafe bytes.initializeElement(at: place, to: byte)
        place += 1
      }
      unsafe cells.initializeElement(at: index, to: CellBytes(count: cell.count, start: start))
    }
  }

  /// Rows of texts.
  public convenience init(firstRow: UInt64 = 0, texts rows: [[String]]) {
    self.init(firstRow: firstRow, rows.map { $0.map { Array($0.utf8) } })
  }

  deinit {
    unsafe cells.deallocate()
    unsafe bytes.deallocate()
  }

  public func cells(ofRow row: Int) -> UnsafeBufferPointer<CellBytes> {
    unsafe UnsafeBufferPointer(rebasing: cells[starts[row]..<starts[row + 1]])
  }
}
