/// A run of rows that have been checked, with everything that can be worked out beside the writer.
///
/// Made by ``RowChecker`` on one thread, then handed over whole and only read. Owns or keeps alive
/// all the memory that its cells point into.
@safe public final class CheckedChunk: @unchecked Sendable {
  /// The number of the first row in its import, from 0.
  public let firstRow: UInt64
  /// Rows that were checked; those left out for a limit are not among them.
  public private(set) var rowCount: Int
  /// Values of a row: the member fields, then the import's form columns.
  public let slotCount: Int
  /// The faults of all its rows, in the order of the rows.
  public internal(set) var faults: [RowFault] = []
  /// Bytes of cells of the rows, ignored columns included: what counts against the byte limit.
  public internal(set) var cellByteCount: UInt64 = 0
  /// The digest of the import's rows up to the last one of the chunk; nil if nobody asked for it.
  public internal(set) var rowDigest: RowDigest?
  /// Whether rows were left out because they would be over the limit of bytes per import.
  public internal(set) var isOverByteLimit = false

  /// Uninitialized for rows that have none.
  private let values: UnsafeMutablePointer<CellBytes>
  /// The values of a row that has none.
  let noValues: UnsafeMutablePointer<CellBytes>
  let rows: UnsafeMutablePointer<CheckedRow>
  let scratch = ByteScratch()
  /// The bytes "01": what a checked boolean points to.
  private let digits: UnsafeMutablePointer<UInt8>
  /// Rows that there is room for; ``rowCount`` may be fewer.
  private let capacity: Int
  private let owner: any AnyObject & Sendable

  init(firstRow: UInt64, rowCount: Int, slotCount: Int, owner: any AnyObject & Sendable) {
    self.firstRow = firstRow
    self.rowCount = rowCount
    self.slotCount = slotCount
    self.owner = owner
    capacity = rowCount
    unsafe digits = .allocate(capacity: 2)
    unsafe digits[0] = UInt8(ascii: "0")
    unsafe digits[1] = UInt8(ascii: "1")
    unsafe values = .allocate(capacity: max(rowCount * slotCount, 1))
    unsafe noValues = .allocate(capacity: max(slotCount, 1))
    unsafe noValues.initialize(repeating: .blank, count: slotCount)
    unsafe rows = .allocate(capacity: max(rowCount, 1))
    unsafe rows.initialize(repeating: CheckedRow(), count: rowCount)
  }

  deinit {
    unsafe digits.deallocate()
    unsafe values.deallocate()
    unsafe noValues.deallocate()
    unsafe rows.deallocate()
  }

  /// Bytes of memory that a checked row takes, but for values that were made for it.
  public static func rowBytes(slotCount: Int) -> Int {
    unsafe slotCount * MemoryLayout<CellBytes>.stride + MemoryLayout<CheckedRow>.stride
  }

  /// Bytes of memory that a fault takes, about: its value and its hint are cut.
  public static let faultBytes = 512

  /// Bytes of memory that it takes, about.
  public var byteCount: Int {
    unsafe capacity * Self.rowBytes(slotCount: slotCount) + scratch.usedBytes
      + faults.count * Self.faultBytes
  }

  func truncate(to count: Int) { rowCount = min(rowCount, count) }

  /// A boolean as the store keeps it.
  @inline(__always)
  func digit(_ value: Bool) -> CellBytes {
    unsafe CellBytes(count: 1, start: digits + (value ? 1 : 0))
  }

  /// The values of a row, one for each slot.
  public func values(ofRow row: Int) -> UnsafePointer<CellBytes> {
    precondition(row >= 0 && row < capacity, "CheckedChunk.values: no such row")
    guard unsafe rows[row].hasValues else { return unsafe UnsafePointer(noValues) }
    return unsafe UnsafePointer(values + row * slotCount)
  }

  /// Gives a row values, blank ones; whoever calls this notes it in the row
  /// (``CheckedRow/hasValues``).
  @inline(__always)
  func makeValues(ofRow row: Int) -> UnsafeMutablePointer<CellBytes> {
    assert(row >= 0 && row < capacity, "CheckedChunk.makeValues: no such row")
    let start = unsafe values + row * slotCount
    unsafe start.initialize(repeating: .blank, count: slotCount)
    return unsafe start
  }

  /// What else is known of a row.
  public func row(_ row: Int) -> UnsafePointer<CheckedRow> {
    precondition(row >= 0 && row < capacity, "CheckedChunk.row: no such row")
    return unsafe UnsafePointer(rows + row)
  }

  /// The faults of a row.
  public func faults(ofRow row: Int) -> ArraySlice<RowFault> {
    let checked = unsafe rows[row]
    let first = Int(checked.firstFault)
    return faults[first..<first + Int(checked.faultCount)]
  }
}
