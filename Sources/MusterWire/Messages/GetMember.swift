internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

// GetMemberRequest and DeleteMemberRequest have the same fields, and so the same bytes: both are
// read and written as a GetMemberRequest.

/// Asks for one member.
public struct GetMemberRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// What the member is named by.
  public var key: MemberKey

  /// Asks a workspace for one of its members.
  public init(workspace: String, key: MemberKey) {
    self.workspace = workspace
    self.key = key
  }
}

/// Asks to delete one member; has the same fields as a request for it.
public typealias DeleteMemberRequest = GetMemberRequest

extension GetMemberRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> GetMemberRequest {
    unsafe try unpacked(
      bytes, Muster__V1__GetMemberRequest.self, muster__v1__get_member_request__get()
    ) { message throws(WireError) in
      unsafe GetMemberRequest(
        workspace: try message.pointee.workspace.text("workspace"),
        key: try MemberKey(message.pointee))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__GetMemberRequest.self, muster__v1__get_member_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      switch key {
      case .id(let id):
        unsafe message.pointee.key_case = MUSTER__V1__GET_MEMBER_REQUEST__KEY_ID
        unsafe message.pointee.id = id
      case .email(let email):
        unsafe message.pointee.key_case = MUSTER__V1__GET_MEMBER_REQUEST__KEY_EMAIL
        unsafe message.pointee.email = unsafe try arena.copy(email)
      case .phone(let phone):
        unsafe message.pointee.key_case = MUSTER__V1__GET_MEMBER_REQUEST__KEY_PHONE
        unsafe message.pointee.phone = unsafe try arena.copy(phone)
      case .externalID(let externalID):
        unsafe message.pointee.key_case = MUSTER__V1__GET_MEMBER_REQUEST__KEY_EXTERNAL_ID
        unsafe message.pointee.external_id = unsafe try arena.copy(externalID)
      }
      return unsafe message
    }
  }
}

extension MemberKey {
  init(_ message: Muster__V1__GetMemberRequest) throws(WireError) {
    switch unsafe message.key_case {
    case MUSTER__V1__GET_MEMBER_REQUEST__KEY_ID: self = unsafe .id(message.id)
    case MUSTER__V1__GET_MEMBER_REQUEST__KEY_EMAIL:
      self = unsafe .email(try Self.given(message.email, "email"))
    case MUSTER__V1__GET_MEMBER_REQUEST__KEY_PHONE:
      self = unsafe .phone(try Self.given(message.phone, "phone"))
    case MUSTER__V1__GET_MEMBER_REQUEST__KEY_EXTERNAL_ID:
      self = unsafe .externalID(try Self.given(message.external_id, "external_id"))
    default:
      throw WireError(
        code: .malformed, message: "No member was named; set one of id, email, phone, external_id.",
        field: "key")
    }
  }

  private static func given(
    _ sent: ProtobufCBinaryData, _ field: StaticString
  ) throws(WireError) -> String {
    let text = unsafe try sent.text(field)
    guard !text.isEmpty else {
      throw WireError(
        code: .malformed, message: "The field \(field) is empty; name a member.",
        field: "\(field)")
    }
    return text
  }
}

/// The member that was asked for.
public struct GetMemberResponse: Sendable, Equatable {
  /// As the newest commit has it.
  public var member: MemberSnapshot

  /// Answers with a member.
  public init(member: MemberSnapshot) { self.member = member }
}

extension GetMemberResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> GetMemberResponse {
    unsafe try unpacked(
      bytes, Muster__V1__GetMemberResponse.self, muster__v1__get_member_response__get()
    ) { message throws(WireError) in
      unsafe GetMemberResponse(
        member: try MemberSnapshot(required(message.pointee.member, "member")))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__GetMemberResponse.self, muster__v1__get_member_response__init)
      unsafe message.pointee.member = unsafe try member.make(in: arena)
      return unsafe message
    }
  }
}
