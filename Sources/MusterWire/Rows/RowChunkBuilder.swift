internal import CMusterProto
internal import CProtobufC
internal import MusterCore

/// Collects rows into a chunk that can be sent.
///
/// Reuses its memory as soon as the last chunk that it built is gone, so that a long import takes
/// no more than two chunks of it.
public struct RowChunkBuilder: ~Copyable, Sendable {
  private var storage = RowStorage()
  /// The number of rows so far.
  public var rowCount: Int { storage.rowCount }
  /// Bytes of cells so far.
  public var cellByteCount: Int { storage.byteCount }

  /// A builder without rows; its memory grows with the first chunk.
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
