internal import CMusterProto
public import GRPCCore
internal import MusterCore

/// A message from the client of an import.
public enum ImportRequest: Sendable {
  case begin(BeginImport)
  case chunk(RowChunk)
  /// How many rows the whole import has.
  case finish(rowCount: UInt64)
}

extension ImportRequest: WireMessage {
  public static func unpack(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> ImportRequest {
    unsafe try unpack(bytes, budgetBytes: RowChunk.unpackedBytesMax, keeping: nil)
  }

  /// Reads a message.
  ///
  /// - Parameters:
  ///   - budgetBytes: Bytes of memory that it may take.
  ///   - keeping: Kept as long as the memory of the rows is.
  static func unpack(
    _ bytes: UnsafeRawBufferPointer, budgetBytes: Int, keeping: (any AnyObject & Sendable)?
  ) throws(WireError) -> ImportRequest {
    // Above its wire bound a chunk is refused before any memory is spent on it.
    guard bytes.count <= RowChunk.wireBytesMax else {
      throw WireError(
        code: .tooLarge,
        message: "A message of \(bytes.count) bytes is over the limit of "
          + "\(RowChunk.wireBytesMax) bytes a chunk; send smaller chunks.",
        facts: Limits.facts("chunkBytesMax", RowChunk.wireBytesMax))
    }
    let arena = try Arena(budgetBytes: budgetBytes, keeping: keeping)
    defer { withExtendedLifetime(arena) {} }
    let message = unsafe try arena.unpack(
      Muster__V1__ImportMembersRequest.self, muster__v1__import_members_request__get(),
      from: bytes)
    switch unsafe message.pointee.message_case {
    case MUSTER__V1__IMPORT_MEMBERS_REQUEST__MESSAGE_BEGIN:
      do throws(WireError) {
        return .begin(unsafe try BeginImport(message.pointee.begin.pointee))
      } catch {
        throw error.inside("begin")
      }
    case MUSTER__V1__IMPORT_MEMBERS_REQUEST__MESSAGE_CHUNK:
      return .chunk(
        unsafe try RowChunk(message.pointee.chunk, wireByteCount: bytes.count, owner: arena))
    case MUSTER__V1__IMPORT_MEMBERS_REQUEST__MESSAGE_FINISH:
      return .finish(rowCount: unsafe message.pointee.finish.pointee.row_count)
    default:
      throw WireError(
        code: .malformed, message: "The message is neither a begin, nor a chunk, nor a finish.")
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    let arena = try Arena(budgetBytes: messageBudgetBytes)
    defer { withExtendedLifetime(arena) {} }
    let message = unsafe try arena.make(
      Muster__V1__ImportMembersRequest.self, muster__v1__import_members_request__init)
    switch self {
    case .begin(let begin):
      unsafe message.pointee.message_case = MUSTER__V1__IMPORT_MEMBERS_REQUEST__MESSAGE_BEGIN
      unsafe message.pointee.begin = unsafe try begin.make(in: arena)
      return unsafe packed(message)
    case .chunk(let chunk):
      unsafe message.pointee.message_case = MUSTER__V1__IMPORT_MEMBERS_REQUEST__MESSAGE_CHUNK
      return unsafe chunk.withMessage { chunk in
        unsafe message.pointee.chunk = unsafe chunk
        return unsafe packed(message)
      }
    case .finish(let rowCount):
      unsafe message.pointee.message_case = MUSTER__V1__IMPORT_MEMBERS_REQUEST__MESSAGE_FINISH
      let finish = unsafe try arena.make(
        Muster__V1__FinishImport.self, muster__v1__finish_import__init)
      unsafe finish.pointee.row_count = rowCount
      unsafe message.pointee.finish = unsafe finish
      return unsafe packed(message)
    }
  }
}
