internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// The member is gone.
public struct DeleteMemberResponse: Sendable, Equatable {
  /// The number that it had, which nobody gets again.
  public var id: UInt64

  /// Answers with the number of a member that is gone.
  public init(id: UInt64) { self.id = id }
}

extension DeleteMemberResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> DeleteMemberResponse {
    unsafe try unpacked(
      bytes, Muster__V1__DeleteMemberResponse.self, muster__v1__delete_member_response__get()
    ) { message throws(WireError) in unsafe DeleteMemberResponse(id: message.pointee.id) }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__DeleteMemberResponse.self, muster__v1__delete_member_response__init)
      unsafe message.pointee.id = id
      return unsafe message
    }
  }
}
