internal import CMusterProto
internal import CProtobufC
internal import MusterCore

/// Collects rows into a chunk that can be sent.
///
/// Reuses its memory as soon as the last chunk that it built is gone, so that a long import takes no
/// more than two chunks of it.
public struct RowChunkBuilder: ~Copyable {
  private var storage = RowStorage()
  /// The number of rows so far.
  public var rowCount: Int { storage.rowCount }
  /// Bytes of cells so far.
  public var cellByteCount: Int { storage.byteCount }

  public init() {}

  /// Appends one cell to the row that is being built.
  public mutating func append(_ cell: UnsafeBufferPointer<UInt8>) {
    unsafe storage.append(cell)
  }

  /// Ends the row; a row of no cells is one too.
  public mutating func endRow() { storage.endRow() }

  /// Gives the rows as a chunk, and starts the next one.
  ///
  /// - Parameter firstRow: The number of its first row in the import, from 0.
  public mutating func build(firstRow: UInt64) throws(WireError) -> RowChunk {
    let built = storage
    let message = unsafe built.message(firstRow: firstRow)
    let chunk = unsafe try RowChunk(message, wireByteCount: 0, owner: built)
    storage = takeSpare() ?? RowStorage()
    spare = built
    return chunk
  }

  /// The storage of the chunk built last; free again once nobody holds that chunk.
  private var spare: RowStorage? = nil

  private mutating func takeSpare() -> RowStorage? {
    guard isKnownUniquelyReferenced(&spare), let free = spare else { return nil }
    free.clear()
    return free
  }
}

/// The memory of one chunk that is built row by row.
@safe final class RowStorage: @unchecked Sendable {
  private var bytes: UnsafeMutablePointer<UInt8>
  private var bytesCapacity: Int
  private(set) var byteCount = 0
  /// The length of each cell, and the number of cells of each row.
  private var cells: [ProtobufCBinaryData] = unsafe []
  private var rowCellCounts: [Int] = []
  private var openCellCount = 0
  private var rows: [Muster__V1__Row] = unsafe []
  private var rowPointers: [UnsafeMutablePointer<Muster__V1__Row>?] = unsafe []
  private let chunk: UnsafeMutablePointer<Muster__V1__RowChunk>

  var rowCount: Int { rowCellCounts.count }

  init() {
    bytesCapacity = 256 * 1024
    unsafe bytes = .allocate(capacity: 256 * 1024)
    unsafe chunk = .allocate(capacity: 1)
    unsafe muster__v1__row_chunk__init(chunk)
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe chunk.deallocate()
  }

  func clear() {
    byteCount = 0
    openCellCount = 0
    unsafe cells.removeAll(keepingCapacity: true)
    rowCellCounts.removeAll(keepingCapacity: true)
  }

  func append(_ cell: UnsafeBufferPointer<UInt8>) {
    let count = cell.count
    if byteCount + count > bytesCapacity { grow(by: count) }
    if let start = cell.baseAddress {
      unsafe (bytes + byteCount).update(from: start, count: count)
    }
    // Addresses are set when the chunk is built: the bytes may still move.
    unsafe cells.append(ProtobufCBinaryData(len: count, data: nil))
    byteCount += count
    openCellCount += 1
  }

  func endRow() {
    rowCellCounts.append(openCellCount)
    openCellCount = 0
  }

  private func grow(by count: Int) {
    let capacity = max(bytesCapacity * 2, byteCount + count)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    unsafe moved.update(from: bytes, count: byteCount)
    unsafe bytes.deallocate()
    unsafe bytes = unsafe moved
    bytesCapacity = capacity
  }

  /// Sets every address and gives the C message, which lives as long as this storage.
  func message(firstRow: UInt64) -> UnsafeMutablePointer<Muster__V1__RowChunk> {
    var empty = unsafe Muster__V1__Row()
    unsafe muster__v1__row__init(&empty)
    unsafe rows.removeAll(keepingCapacity: true)
    unsafe rowPointers.removeAll(keepingCapacity: true)
    unsafe rows.reserveCapacity(rowCount)
    unsafe rowPointers.reserveCapacity(rowCount)
    setCellAddresses()
    // Array storage stays where it is while nobody appends to it or copies it; this class does not.
    unsafe cells.withUnsafeMutableBufferPointer { cells in
      var place = 0
      for count in rowCellCounts {
        unsafe empty.n_cells = count
        unsafe empty.cells = unsafe count == 0 ? nil : cells.baseAddress.map { unsafe $0 + place }
        unsafe rows.append(empty)
        place += count
      }
    }
    unsafe rows.withUnsafeMutableBufferPointer { rows in
      for place in 0..<rows.count { unsafe rowPointers.append(rows.baseAddress.map { unsafe $0 + place }) }
    }
    unsafe chunk.pointee.first_row = firstRow
    unsafe chunk.pointee.n_rows = rowCount
    unsafe rowPointers.withUnsafeMutableBufferPointer { unsafe chunk.pointee.rows = $0.baseAddress }
    return unsafe chunk
  }

  private func setCellAddresses() {
    var start = unsafe bytes
    unsafe cells.withUnsafeMutableBufferPointer { cells in
      for place in 0..<cells.count {
        unsafe cells[place].data = unsafe start
        unsafe start += cells[place].len
      }
    }
  }
}
