internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks for a new role.
public struct CreateRoleRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// Its slug, `[a-z0-9][a-z0-9_-]{0,63}`.
  public var slug: String

  /// Asks a workspace for a role.
  public init(workspace: String, slug: String) {
    self.workspace = workspace
    self.slug = slug
  }
}

extension CreateRoleRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> CreateRoleRequest {
    unsafe try unpacked(
      bytes, Muster__V1__CreateRoleRequest.self, muster__v1__create_role_request__get()
    ) {
      message throws(WireError) in
      unsafe CreateRoleRequest(
        workspace: try message.pointee.workspace.text("workspace"),
        slug: try message.pointee.slug.text("slug"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__CreateRoleRequest.self, muster__v1__create_role_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      unsafe message.pointee.slug = unsafe try arena.copy(slug)
      return unsafe message
    }
  }
}

/// The new role.
public struct CreateRoleResponse: Sendable, Equatable {
  /// The role with the number that the workspace gave it.
  public var role: Role

  /// Answers with the role that was made.
  public init(role: Role) {
    self.role = role
  }
}

extension CreateRoleResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> CreateRoleResponse {
    unsafe try unpacked(
      bytes, Muster__V1__CreateRoleResponse.self, muster__v1__create_role_response__get()
    ) {
      message throws(WireError) in
      unsafe CreateRoleResponse(role: try Role(required(message.pointee.role, "role")))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__CreateRoleResponse.self, muster__v1__create_role_response__init)
      unsafe message.pointee.role = unsafe try role.make(in: arena)
      return unsafe message
    }
  }
}
