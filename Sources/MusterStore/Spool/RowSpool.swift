internal import MusterCore

/// The checked rows of an import in a file, chunk by chunk, each with its length before it.
///
/// Used by one thread at a time: the one that writes, then the one that reads.
final class RowSpool: @unchecked Sendable {
  private let file: SpoolFile
  private let bytesMax: UInt64
  private var encoder = SpoolEncoder()
  /// Where the next chunk is written, and read.
  private var end: UInt64 = 0
  private var position: UInt64 = 0
  /// The row expected next, from 0.
  private(set) var rowCount: UInt64 = 0

  /// - Parameter bytesMax: What the file may hold.
  init(directory: String, bytesMax: UInt64) throws(StoreError) {
    file = try SpoolFile(directory: directory)
    self.bytesMax = bytesMax
  }

  /// Adds a chunk.
  ///
  /// - Throws: `outOfRange` if it does not follow the one before, `resourceExhausted` if there is
  ///   no room for it.
  func append(_ chunk: CheckedChunk) throws(StoreError) {
    guard chunk.firstRow == rowCount else {
      throw StoreError(
        reason: .unexpectedRow,
        "The chunk begins at row \(chunk.firstRow), and row \(rowCount) is expected.",
        [.nextRow: "\(rowCount)"])
    }
    encoder.removeAll()
    chunk.spool(into: &encoder)
    let length = UInt64(encoder.bytes.count)
    guard end + length + 8 <= bytesMax else { throw Self.tooLarge(bytesMax) }
    var head = SpoolEncoder()
    head.add(length)
    try file.write(head.bytes, at: end)
    try file.write(encoder.bytes, at: end + 8)
    end += length + 8
    rowCount += UInt64(chunk.rowCount)
  }

  /// The next chunk, from the first on; nil after the last.
  func next() throws(StoreError) -> CheckedChunk? {
    guard position < end else { return nil }
    let head = SpoolMemory(byteCount: 8)
    unsafe try file.read(into: head.bytes, at: position)
    let length = unsafe head.bytes.load(as: UInt64.self)
    guard length <= end - position - 8 else { throw SpoolFile.damage }
    let memory = SpoolMemory(byteCount: Int(length))
    unsafe try file.read(into: memory.bytes, at: position + 8)
    position += length + 8
    do throws(RecordDamage) {
      return try CheckedChunk.unspooled(memory)
    } catch {
      throw SpoolFile.damage
    }
  }

  /// What is told of an import whose spool would be too large.
  static func tooLarge(_ bytesMax: UInt64) -> StoreError {
    StoreError(
      reason: .limitExceeded,
      "The preview or all-or-nothing import needs more than \(bytesMax) bytes of spool"
        + " (limits.spooledBytes); nothing was imported.",
      Limits.facts("spooledBytesMax", bytesMax, setting: "spooledBytes"))
  }
}
