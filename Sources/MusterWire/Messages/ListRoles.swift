internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks for all roles.
public struct ListRolesRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String

  /// Asks for the roles of a workspace.
  public init(workspace: String) {
    self.workspace = workspace
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
      unsafe ListRolesRequest(workspace: try message.pointee.workspace.text("workspace"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListRolesRequest.self, muster__v1__list_roles_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      return unsafe message
    }
  }
}

/// All roles.
public struct ListRolesResponse: Sendable, Equatable {
  /// In the order they were made.
  public var roles: [Role]

  /// Answers with all roles.
  public init(roles: [Role]) {
    self.roles = roles
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
        })
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
      return unsafe message
    }
  }
}
