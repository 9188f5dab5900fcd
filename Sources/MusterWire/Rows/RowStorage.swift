internal import CMusterProto
internal import CProtobufC

/// The memory of one chunk that is built row by row; what it gives out lives as long as it does.
@safe final class RowStorage: @unchecked Sendable {
  private let bytes = GrowingMemory<UInt8>(capacity: 256 * 1024)
  /// One entry a cell; the addresses are set when the chunk is built, since the bytes may move.
  private let cells = unsafe GrowingMemory<ProtobufCBinaryData>(capacity: 16 * 1024)
  private let rows = unsafe GrowingMemory<Muster__V1__Row>(capacity: 2 * 1024)
  private let rowPointers = unsafe GrowingMemory<UnsafeMutablePointer<Muster__V1__Row>?>(
    capacity: 2 * 1024)
  private let chunk: UnsafeMutablePointer<Muster__V1__RowChunk>
  private var emptyRow = unsafe Muster__V1__Row()
  private var openCellCount = 0

  var rowCount: Int { unsafe rows.count }
  var byteCount: Int { bytes.count }

  init() {
    unsafe muster__v1__row__init(&emptyRow)
    unsafe chunk = .allocate(capacity: 1)
    unsafe muster__v1__row_chunk__init(chunk)
  }

  deinit { unsafe chunk.deallocate() }

  func clear() {
    bytes.count = 0
    unsafe cells.count = 0
    unsafe rows.count = 0
    unsafe rowPointers.count = 0
    openCellCount = 0
  }

  func append(_ cell: UnsafeBufferPointer<UInt8>) {
    unsafe bytes.append(contentsOf: cell)
    unsafe cells.append(ProtobufCBinaryData(len: cell.count, data: nil))
    openCellCount += 1
  }

  func endRow() {
    unsafe emptyRow.n_cells = openCellCount
    unsafe rows.append(emptyRow)
    openCellCount = 0
  }

  /// Sets every address and gives the C message.
  func message(firstRow: UInt64) -> UnsafeMutablePointer<Muster__V1__RowChunk> {
    var start = unsafe bytes.start
    for place in unsafe 0..<cells.count {
      unsafe cells.start[place].data = unsafe start
      unsafe start += cells.start[place].len
    }
    var firstCell = unsafe cells.start
    unsafe rowPointers.count = 0
    for place in unsafe 0..<rows.count {
      let row = unsafe rows.start + place
      unsafe row.pointee.cells = unsafe row.pointee.n_cells == 0 ? nil : firstCell
      unsafe firstCell += row.pointee.n_cells
      unsafe rowPointers.append(row)
    }
    unsafe chunk.pointee.first_row = firstRow
    unsafe chunk.pointee.n_rows = rows.count
    unsafe chunk.pointee.rows = unsafe rowPointers.start
    return unsafe chunk
  }
}

/// Plain values one after the other in memory that doubles when it is full; its address is stable
/// between two appends.
@safe private final class GrowingMemory<Value: BitwiseCopyable> {
  private(set) var start: UnsafeMutablePointer<Value>
  private var capacity: Int
  var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    unsafe start = .allocate(capacity: capacity)
  }

  deinit { unsafe start.deallocate() }

  @inline(__always)
  func append(_ value: Value) {
    if count == capacity { grow(to: count + 1) }
    unsafe (start + count).initialize(to: value)
    count += 1
  }

  @inline(__always)
  func append(contentsOf values: UnsafeBufferPointer<Value>) {
    if count + values.count > capacity { grow(to: count + values.count) }
    if let source = values.baseAddress {
      unsafe (start + count).update(from: source, count: values.count)
    }
    count += values.count
  }

  private func grow(to wanted: Int) {
    let larger = max(capacity * 2, wanted)
    let moved = UnsafeMutablePointer<Value>.allocate(capacity: larger)
    unsafe moved.update(from: start, count: count)
    unsafe start.deallocate()
    unsafe start = unsafe moved
    capacity = larger
  }
}
