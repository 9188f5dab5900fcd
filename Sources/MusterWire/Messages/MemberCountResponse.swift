internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// How many members a change of the catalogue concerned.
public struct MemberCountResponse: Sendable, Equatable {
  /// Members.
  public var memberCount: UInt64

  /// Answers with a count.
  public init(memberCount: UInt64) {
    self.memberCount = memberCount
  }
}

extension MemberCountResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> MemberCountResponse {
    unsafe try unpacked(
      bytes, Muster__V1__RenameLabelResponse.self, muster__v1__rename_label_response__get()
    ) { message throws(WireError) in
      unsafe MemberCountResponse(
        memberCount: message.pointee.member_count)
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__RenameLabelResponse.self, muster__v1__rename_label_response__init)
      unsafe message.pointee.member_count = memberCount
      return unsafe message
    }
  }
}

/// How many members carry a label that has a new slug.
public typealias RenameLabelResponse = MemberCountResponse
/// How many members a workspace had that is deleted.
public typealias DeleteWorkspaceResponse = MemberCountResponse
