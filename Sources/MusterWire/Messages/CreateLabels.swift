internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// Asks for labels; those that exist stay.
public struct CreateLabelsRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// Their slugs, `[a-z0-9][a-z0-9_-]{0,63}`.
  public var slugs: [String]

  /// Asks a workspace for labels.
  public init(workspace: String, slugs: [String]) {
    self.workspace = workspace
    self.slugs = slugs
  }
}

extension CreateLabelsRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> CreateLabelsRequest {
    unsafe try unpacked(
      bytes, Muster__V1__CreateLabelsRequest.self, muster__v1__create_labels_request__get()
    ) {
      message throws(WireError) in
      unsafe CreateLabelsRequest(
        workspace: try message.pointee.workspace.text("workspace"),
        slugs: try texts(message.pointee.slugs, message.pointee.n_slugs, "slugs"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__CreateLabelsRequest.self, muster__v1__create_labels_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      unsafe message.pointee.n_slugs = slugs.count
      unsafe message.pointee.slugs = unsafe try arena.copy(slugs)
      return unsafe message
    }
  }
}

/// What became of the labels asked for.
public struct CreateLabelsResponse: Sendable, Equatable {
  /// Those that were made.
  public var created: [String]
  /// Those that existed.
  public var existing: [String]

  /// Answers with what was made and what was there.
  public init(created: [String], existing: [String]) {
    self.created = created
    self.existing = existing
  }
}

extension CreateLabelsResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> CreateLabelsResponse {
    unsafe try unpacked(
      bytes, Muster__V1__CreateLabelsResponse.self, muster__v1__create_labels_response__get()
    ) {
      message throws(WireError) in
      unsafe CreateLabelsResponse(
        created: try texts(message.pointee.created, message.pointee.n_created, "created"),
        existing: try texts(message.pointee.existing, message.pointee.n_existing, "existing"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__CreateLabelsResponse.self, muster__v1__create_labels_response__init)
      unsafe message.pointee.n_created = created.count
      unsafe message.pointee.created = unsafe try arena.copy(created)
      unsafe message.pointee.n_existing = existing.count
      unsafe message.pointee.existing = unsafe try arena.copy(existing)
      return unsafe message
    }
  }
}
