internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// Asks for a new workspace.
public struct CreateWorkspaceRequest: Sendable, Equatable {
  /// Its name, `[a-z0-9][a-z0-9_-]{0,63}`.
  public var name: String

  /// Asks for a workspace of this name.
  public init(name: String) {
    self.name = name
  }
}

extension CreateWorkspaceRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> CreateWorkspaceRequest {
    unsafe try unpacked(
      bytes, Muster__V1__CreateWorkspaceRequest.self, muster__v1__create_workspace_request__get()
    ) {
      message throws(WireError) in
      unsafe CreateWorkspaceRequest(name: try message.pointee.name.text("name"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__CreateWorkspaceRequest.self, muster__v1__create_workspace_request__init)
      unsafe message.pointee.name = unsafe try arena.copy(name)
      return unsafe message
    }
  }
}

/// The new workspace.
public struct CreateWorkspaceResponse: Sendable, Equatable {
  /// Its name and its file.
  public var workspace: WorkspaceEntry

  /// Answers with the workspace that was made.
  public init(workspace: WorkspaceEntry) {
    self.workspace = workspace
  }
}

extension CreateWorkspaceResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> CreateWorkspaceResponse {
    unsafe try unpacked(
      bytes, Muster__V1__CreateWorkspaceResponse.self, muster__v1__create_workspace_response__get()
    ) {
      message throws(WireError) in
      unsafe CreateWorkspaceResponse(
        workspace: try WorkspaceEntry(required(message.pointee.workspace, "workspace")))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__CreateWorkspaceResponse.self, muster__v1__create_workspace_response__init)
      unsafe message.pointee.workspace = unsafe try workspace.make(in: arena)
      return unsafe message
    }
  }
}
