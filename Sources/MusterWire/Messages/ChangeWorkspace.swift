internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// Asks for another name of a workspace.
public struct RenameWorkspaceRequest: Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Its new name.
  public var newName: String

  /// Asks to call a workspace by another name.
  public init(name: String, newName: String) {
    self.name = name
    self.newName = newName
  }
}

extension RenameWorkspaceRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> RenameWorkspaceRequest {
    unsafe try unpacked(
      bytes, Muster__V1__RenameWorkspaceRequest.self, muster__v1__rename_workspace_request__get()
    ) { message throws(WireError) in
      unsafe RenameWorkspaceRequest(
        name: try message.pointee.name.text("name"),
        newName: try message.pointee.new_name.text("new_name"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__RenameWorkspaceRequest.self, muster__v1__rename_workspace_request__init)
      unsafe message.pointee.name = unsafe try arena.copy(name)
      unsafe message.pointee.new_name = unsafe try arena.copy(newName)
      return unsafe message
    }
  }
}

/// Asks to delete a workspace.
public struct DeleteWorkspaceRequest: Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Whether to delete it with its members, if it has any.
  public var withMembers: Bool

  /// Asks to delete a workspace.
  public init(name: String, withMembers: Bool = false) {
    self.name = name
    self.withMembers = withMembers
  }
}

extension DeleteWorkspaceRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> DeleteWorkspaceRequest {
    unsafe try unpacked(
      bytes, Muster__V1__DeleteWorkspaceRequest.self, muster__v1__delete_workspace_request__get()
    ) { message throws(WireError) in
      unsafe DeleteWorkspaceRequest(
        name: try message.pointee.name.text("name"),
        withMembers: message.pointee.with_members != 0)
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__DeleteWorkspaceRequest.self, muster__v1__delete_workspace_request__init)
      unsafe message.pointee.name = unsafe try arena.copy(name)
      unsafe message.pointee.with_members = withMembers ? 1 : 0
      return unsafe message
    }
  }
}

/// The workspace with its new name; has the same fields as a new one.
public typealias RenameWorkspaceResponse = CreateWorkspaceResponse
