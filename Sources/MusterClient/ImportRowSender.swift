internal import GRPCCore
public import MusterWire

/// Takes the rows of an import and sends them in chunks.
///
/// Adding cells and rows neither waits nor, once its memory has grown, allocates; only ``flush()``
/// waits, while the daemon is behind. A caller flushes when ``endRow()`` says that the chunk is
/// full and may add up to 2 MiB of cells or 60,000 rows before it does.
public struct ImportRowSender: ~Copyable {
  /// What the daemon said when it took the import.
  public let accepted: ImportAccepted
  /// The number of the next row in the import, from 0; it begins at `accepted.nextRow`, and the
  /// caller leaves out the rows before it.
  public private(set) var nextRow: UInt64

  /// Whether the daemon has ended the import; its answers say why.
  private(set) var hasEnded = false

  private var builder = RowChunkBuilder()
  private let writer: RPCWriter<ImportRequest>

  init(accepted: ImportAccepted, writer: RPCWriter<ImportRequest>) {
    self.accepted = accepted
    self.nextRow = accepted.nextRow
    self.writer = writer
  }

  /// Adds one cell to the row that is being built; its bytes are copied.
  public mutating func append(cell: UnsafeBufferPointer<UInt8>) {
    unsafe builder.append(cell)
  }

  /// Adds one cell to the row that is being built; its bytes are copied.
  public mutating func append(cell: Span<UInt8>) {
    unsafe cell.withUnsafeBufferPointer { unsafe builder.append($0) }
  }

  /// Ends the row.
  ///
  /// - Returns: Whether the chunk is full and should be sent.
  public mutating func endRow() -> Bool {
    builder.endRow()
    nextRow += 1
    return isFull
  }

  /// Whether the rows so far make a full chunk.
  public var isFull: Bool {
    builder.rowCount >= ClientBounds.chunkRowsMax
      || builder.cellByteCount >= ClientBounds.chunkCellBytesMax
  }

  /// Sends the rows so far, if there are any; waits while the daemon is behind.
  ///
  /// - Throws: An error that ends the import when the daemon has ended it; let it pass.
  public mutating func flush() async throws {
    guard builder.rowCount > 0 else { return }
    try await write(.chunk(builder.build(firstRow: nextRow - UInt64(builder.rowCount))))
  }

  /// Sends rows that were built elsewhere; they follow those before them.
  mutating func send(_ chunk: RowChunk) async throws {
    nextRow = chunk.firstRow + UInt64(chunk.rowCount)
    try await write(.chunk(chunk))
  }

  /// Says that no more rows come.
  mutating func finish() async throws {
    try await flush()
    try await write(.finish(rowCount: nextRow))
  }

  private mutating func write(_ request: ImportRequest) async throws {
    do {
      try await writer.write(request)
    } catch {
      hasEnded = true
      throw ImportStreamEnded()
    }
  }
}

/// The daemon has ended the stream; the reason is with its answers.
struct ImportStreamEnded: Error {}
