internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// Asks for all labels.
public struct ListLabelsRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String

  /// Asks for the labels of a workspace.
  public init(workspace: String) {
    self.workspace = workspace
  }
}

extension ListLabelsRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ListLabelsRequest {
    unsafe try unpacked(
      bytes, Muster__V1__ListLabelsRequest.self, muster__v1__list_labels_request__get()
    ) {
      message throws(WireError) in
      unsafe ListLabelsRequest(workspace: try message.pointee.workspace.text("workspace"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListLabelsRequest.self, muster__v1__list_labels_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      return unsafe message
    }
  }
}

/// All labels.
public struct ListLabelsResponse: Sendable, Equatable {
  /// By slug.
  public var slugs: [String]

  /// Answers with the slugs of all labels.
  public init(slugs: [String]) {
    self.slugs = slugs
  }
}

extension ListLabelsResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ListLabelsResponse {
    unsafe try unpacked(
      bytes, Muster__V1__ListLabelsResponse.self, muster__v1__list_labels_response__get()
    ) {
      message throws(WireError) in
      unsafe ListLabelsResponse(
        slugs: try texts(message.pointee.slugs, message.pointee.n_slugs, "slugs"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListLabelsResponse.self, muster__v1__list_labels_response__init)
      unsafe message.pointee.n_slugs = slugs.count
      unsafe message.pointee.slugs = unsafe try arena.copy(slugs)
      return unsafe message
    }
  }
}
