internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// Asks to delete a role, a label or a form; all three messages have these fields.
public struct DeleteEntryRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// Its slug.
  public var slug: String

  /// Asks a workspace to delete something.
  public init(workspace: String, slug: String) {
    self.workspace = workspace
    self.slug = slug
  }
}

extension DeleteEntryRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> DeleteEntryRequest {
    unsafe try unpacked(
      bytes, Muster__V1__DeleteLabelRequest.self, muster__v1__delete_label_request__get()
    ) { message throws(WireError) in
      unsafe DeleteEntryRequest(
        workspace: try message.pointee.workspace.text("workspace"),
        slug: try message.pointee.slug.text("slug"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__DeleteLabelRequest.self, muster__v1__delete_label_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      unsafe message.pointee.slug = unsafe try arena.copy(slug)
      return unsafe message
    }
  }
}

/// Asks to delete a role that no member has.
public typealias DeleteRoleRequest = DeleteEntryRequest
/// Asks to delete a label that no member carries.
public typealias DeleteLabelRequest = DeleteEntryRequest
/// Asks to delete a form that no member has values of.
public typealias DeleteFormRequest = DeleteEntryRequest

/// Something is gone; the answer for a role, a label and a form.
public struct DeleteEntryResponse: Sendable, Equatable {
  /// Answers that it is gone.
  public init() {}
}

extension DeleteEntryResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> DeleteEntryResponse {
    unsafe try unpacked(
      bytes, Muster__V1__DeleteLabelResponse.self, muster__v1__delete_label_response__get()
    ) { _ throws(WireError) in DeleteEntryResponse() }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      unsafe try arena.make(
        Muster__V1__DeleteLabelResponse.self, muster__v1__delete_label_response__init)
    }
  }
}
