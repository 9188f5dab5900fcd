internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks for all roles.
public struct ListRolesRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// Whether to count the members of each.
  public var withCounts: Bool

  /// Asks for the roles of a workspace.
  public init(workspace: String, withCounts: Bool = false) {
    self.workspace = workspace
    self.withCounts = withCounts
  }
}

extension ListRolesRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ListRolesRequest {
    unsafe try unpacked(
      bytes, Muster__V1__ListRolesRequest.self, muster__v1__list_roles_request__get()
    ) {
      message throws(WireError) in
      unsafe ListRolesRequest(
        workspace: try message.pointee.workspace.text("workspace"),
        withCounts: message.pointee.with_counts != 0)
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListRolesRequest.self, muster__v1__list_roles_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      unsafe message.pointee.with_counts = withCounts ? 1 : 0
      return unsafe message
    }
  }
}

/// All roles.
public struct ListRolesResponse: Sendable, Equatable {
  /// In the order they were made.
  public var roles: [Role]
  /// How many members each has, in the same order; empty unless that was asked for.
  public var memberCounts: [UInt64]

  /// Answers with all roles.
  public init(roles: [Role], memberCounts: [UInt64] = []) {
    self.roles = roles
    self.memberCounts = memberCounts
  }
}

extension ListRolesResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ListRolesResponse {
    unsafe try unpacked(
      bytes, Muster__V1__ListRolesResponse.self, muster__v1__list_roles_response__get()
    ) {
      message throws(WireError) in
      unsafe ListRolesResponse(
        roles: try list(message.pointee.roles, message.pointee.n_roles) { item throws(WireError) in
          unsafe try Role(item)
        }, memberCounts: numbers(message.pointee.member_counts, message.pointee.n_member_counts))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListRolesResponse.self, muster__v1__list_roles_response__init)
      unsafe message.pointee.n_roles = roles.count
      unsafe message.pointee.roles = unsafe try arena.makeList(roles) { item throws(WireError) in
        unsafe try item.make(in: arena)
      }
      unsafe message.pointee.n_member_counts = memberCounts.count
      unsafe message.pointee.member_counts = unsafe try arena.copy(memberCounts)
      return unsafe message
    }
  }
}
