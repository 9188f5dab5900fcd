internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// Asks for all labels.
public struct ListLabelsRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// Whether to count the members of each.
  public var withCounts: Bool

  /// Asks for the labels of a workspace.
  public init(workspace: String, withCounts: Bool = false) {
    self.workspace = workspace
    self.withCounts = withCounts
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
      unsafe ListLabelsRequest(
        workspace: try message.pointee.workspace.text("workspace"),
        withCounts: message.pointee.with_counts != 0)
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListLabelsRequest.self, muster__v1__list_labels_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      unsafe message.pointee.with_counts = withCounts ? 1 : 0
      return unsafe message
    }
  }
}

/// All labels.
public struct ListLabelsResponse: Sendable, Equatable {
  /// By slug.
  public var slugs: [String]
  /// How many members each has, in the same order; empty unless that was asked for.
  public var memberCounts: [UInt64]

  /// Answers with the slugs of all labels.
  public init(slugs: [String], memberCounts: [UInt64] = []) {
    self.slugs = slugs
    self.memberCounts = memberCounts
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
        slugs: try texts(message.pointee.slugs, message.pointee.n_slugs, "slugs"),
        memberCounts: numbers(message.pointee.member_counts, message.pointee.n_member_counts))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListLabelsResponse.self, muster__v1__list_labels_response__init)
      unsafe message.pointee.n_slugs = slugs.count
      unsafe message.pointee.slugs = unsafe try arena.copy(slugs)
      unsafe message.pointee.n_member_counts = memberCounts.count
      unsafe message.pointee.member_counts = unsafe try arena.copy(memberCounts)
      return unsafe message
    }
  }
}
