internal import CMusterProto
internal import CProtobufC
public import MusterCore

/// A run of rows that owns the memory of all its cells: unpacked from the wire, or built to be
/// sent.
///
/// Immutable; the memory goes when the last reference does.
@safe public final class RowChunk: RowSource, @unchecked Sendable {
  /// Bytes of one chunk on the wire. The daemon answers RESOURCE_EXHAUSTED above it.
  public static var wireBytesMax: Int { Limits().chunkBytesMax }
  /// Bytes of memory that one unpacked chunk may take.
  static var unpackedBytesMax: Int { Limits.unpackedChunkBytesMax }

  private let message: UnsafeMutablePointer<Muster__V1__RowChunk>
  private let owner: AnyObject
  /// Bytes on the wire; 0 for a chunk that was built here.
  public let wireByteCount: Int

  public let firstRow: UInt64
  public let rowCount: Int

  init(
    _ message: UnsafeMutablePointer<Muster__V1__RowChunk>, wireByteCount: Int, owner: AnyObject
  ) throws(WireError) {
    let rowCount = unsafe message.pointee.n_rows
    guard rowCount <= Limits.rowsPerChunkMax else {
      throw WireError(
        code: .tooLarge,
        message: "A chunk of \(rowCount) rows is over the limit of \(Limits.rowsPerChunkMax) rows; "
          + "send smaller chunks.",
        facts: Limits.facts("rowsPerChunkMax", Limits.rowsPerChunkMax))
    }
    unsafe self.message = unsafe message
    self.owner = owner
    self.wireByteCount = wireByteCount
    self.firstRow = unsafe message.pointee.first_row
    self.rowCount = rowCount
    if wireByteCount > 0 { unsafe Self.forgetUnknownFields(of: message) }
  }

  /// Fields that this version does not know are let pass, and not sent on: protobuf-c reads some
  /// that it could not read again once it has written them (those with the number 0).
  private static func forgetUnknownFields(of message: UnsafeMutablePointer<Muster__V1__RowChunk>) {
    unsafe message.pointee.base.n_unknown_fields = 0
    for row in 0..<(unsafe message.pointee.n_rows) {
      unsafe message.pointee.rows[row]?.pointee.base.n_unknown_fields = 0
    }
  }

  public func cells(ofRow row: Int) -> UnsafeBufferPointer<CellBytes> {
    precondition(row < rowCount, "RowChunk.cells: row \(row) of \(rowCount)")
    guard let sent = unsafe message.pointee.rows[row], let cells = unsafe sent.pointee.cells else {
      return unsafe UnsafeBufferPointer(start: nil, count: 0)
    }
    // CellBytes has the layout of ProtobufCBinaryData; a test asserts it.
    return unsafe UnsafeBufferPointer(
      start: UnsafeRawPointer(cells).assumingMemoryBound(to: CellBytes.self),
      count: sent.pointee.n_cells)
  }

  /// Lends the C message, to be packed.
  func withMessage<Result>(
    _ body: (UnsafeMutablePointer<Muster__V1__RowChunk>) -> Result
  ) -> Result {
    withExtendedLifetime(owner) { unsafe body(message) }
  }
}
