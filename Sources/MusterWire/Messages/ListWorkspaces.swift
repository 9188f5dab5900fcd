internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// Asks for all workspaces.
public struct ListWorkspacesRequest: Sendable, Equatable {
  /// Asks for every workspace of the daemon; nothing narrows it.
  public init() {}
}

extension ListWorkspacesRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ListWorkspacesRequest {
    unsafe try unpacked(
      bytes, Muster__V1__ListWorkspacesRequest.self, muster__v1__list_workspaces_request__get()
    ) {
      _ throws(WireError) in
      ListWorkspacesRequest()
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      unsafe try arena.make(
        Muster__V1__ListWorkspacesRequest.self, muster__v1__list_workspaces_request__init)
    }
  }
}

/// All workspaces.
public struct ListWorkspacesResponse: Sendable, Equatable {
  /// By name.
  public var workspaces: [WorkspaceEntry]

  /// Answers with all workspaces.
  public init(workspaces: [WorkspaceEntry]) {
    self.workspaces = workspaces
  }
}

extension ListWorkspacesResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ListWorkspacesResponse {
    unsafe try unpacked(
      bytes, Muster__V1__ListWorkspacesResponse.self, muster__v1__list_workspaces_response__get()
    ) {
      message throws(WireError) in
      unsafe ListWorkspacesResponse(
        workspaces: try list(message.pointee.workspaces, message.pointee.n_workspaces) {
          item throws(WireError) in
          unsafe try WorkspaceEntry(item)
        })
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListWorkspacesResponse.self, muster__v1__list_workspaces_response__init)
      unsafe message.pointee.n_workspaces = workspaces.count
      unsafe message.pointee.workspaces = unsafe try arena.makeList(workspaces) {
        item throws(WireError) in
        unsafe try item.make(in: arena)
      }
      return unsafe message
    }
  }
}
