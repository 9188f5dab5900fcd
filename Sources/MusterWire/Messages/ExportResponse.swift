internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// A message of an export: one header, then chunks; status OK says that it is complete.
public enum ExportResponse: Sendable {
  /// The name of each column; first, once.
  case header([String])
  case chunk(RowChunk)
}

extension ExportResponse: WireMessage {
  public static func unpack(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> ExportResponse {
    let arena = try Arena(budgetBytes: RowChunk.unpackedBytesMax)
    let message = unsafe try arena.unpack(
      Muster__V1__ExportMembersResponse.self, muster__v1__export_members_response__get(),
      from: bytes)
    return try withExtendedLifetime(arena) { () throws(WireError) -> ExportResponse in
      switch unsafe message.pointee.message_case {
      case MUSTER__V1__EXPORT_MEMBERS_RESPONSE__MESSAGE_HEADER:
        let header = unsafe message.pointee.header.pointee
        return unsafe .header(try texts(header.columns, header.n_columns, "columns"))
      case MUSTER__V1__EXPORT_MEMBERS_RESPONSE__MESSAGE_CHUNK:
        return unsafe .chunk(
          try RowChunk(message.pointee.chunk, wireByteCount: bytes.count, owner: arena))
      default:
        throw WireError.unknownAnswer
      }
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    let arena = try Arena(budgetBytes: messageBudgetBytes)
    let message = unsafe try arena.make(
      Muster__V1__ExportMembersResponse.self, muster__v1__export_members_response__init)
    switch self {
    case .header(let columns):
      unsafe message.pointee.message_case = MUSTER__V1__EXPORT_MEMBERS_RESPONSE__MESSAGE_HEADER
      let header = unsafe try arena.make(
        Muster__V1__ExportHeader.self, muster__v1__export_header__init)
      unsafe header.pointee.n_columns = columns.count
      unsafe header.pointee.columns = unsafe try arena.copy(columns)
      unsafe message.pointee.header = unsafe header
      return withExtendedLifetime(arena) { unsafe packed(message) }
    case .chunk(let chunk):
      unsafe message.pointee.message_case = MUSTER__V1__EXPORT_MEMBERS_RESPONSE__MESSAGE_CHUNK
      return withExtendedLifetime(arena) {
        unsafe chunk.withMessage { chunk in
          unsafe message.pointee.chunk = unsafe chunk
          return unsafe packed(message)
        }
      }
    }
  }
}
