internal import MusterCore
internal import MusterWire

/// The rows that wait to be sent, cut to what may be sent.
///
/// The daemon judges a cell that is too long by one byte over its limit, and a row that is too long
/// or has too many cells without the rest of it, so that each is a fault of its row and no end of
/// the import.
struct OpenChunk: ~Copyable, Sendable {
  private var builder = RowChunkBuilder()
  private let cellBytesMax: Int
  private let rowBytesMax: Int
  private var rowBytes = 0
  private var cellCount = 0

  init(limits: Limits) {
    cellBytesMax = limits.cellBytesMax
    rowBytesMax = limits.rowBytesMax
  }

  var rowCount: Int { builder.rowCount }

  var isFull: Bool {
    builder.rowCount >= ClientBounds.chunkRowsMax
      || builder.cellByteCount >= ClientBounds.chunkCellBytesMax
  }

  /// Adds a cell; nil is a blank one.
  mutating func append(_ text: (some StringProtocol)?) {
    guard let text else { return appendBlank() }
    append(bytes: text.utf8)
  }

  mutating func appendBlank() {
    append(bytes: EmptyCollection())
  }

  /// Adds a cell, without a copy of its own if the bytes lie in one piece.
  mutating func append(bytes: some Sequence<UInt8>) {
    let isAdded: Void? = bytes.withContiguousStorageIfAvailable { unsafe append($0) }
    if isAdded == nil { unsafe Array(bytes).withUnsafeBufferPointer { unsafe append($0) } }
  }

  mutating func endRow() {
    builder.endRow()
    rowBytes = 0
    cellCount = 0
  }

  mutating func build(firstRow: UInt64) throws(WireError) -> RowChunk {
    try builder.build(firstRow: firstRow)
  }

  private mutating func append(_ cell: UnsafeBufferPointer<UInt8>) {
    cellCount += 1
    guard cellCount <= ClientBounds.cellsPerRowMax else { return }
    let room = rowBytes > rowBytesMax ? 0 : cellBytesMax + 1
    let sent = unsafe UnsafeBufferPointer(rebasing: cell.prefix(room))
    unsafe builder.append(sent)
    rowBytes += sent.count
  }
}
