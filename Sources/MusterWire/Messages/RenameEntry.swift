internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// Asks for another slug of a role, a label or a form; all three messages have these fields.
public struct RenameEntryRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// Its slug.
  public var slug: String
  /// Its new slug.
  public var newSlug: String

  /// Asks a workspace to call something by another slug.
  public init(workspace: String, slug: String, newSlug: String) {
    self.workspace = workspace
    self.slug = slug
    self.newSlug = newSlug
  }
}

extension RenameEntryRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> RenameEntryRequest {
    unsafe try unpacked(
      bytes, Muster__V1__RenameLabelRequest.self, muster__v1__rename_label_request__get()
    ) { message throws(WireError) in
      unsafe RenameEntryRequest(
        workspace: try message.pointee.workspace.text("workspace"),
        slug: try message.pointee.slug.text("slug"),
        newSlug: try message.pointee.new_slug.text("new_slug"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__RenameLabelRequest.self, muster__v1__rename_label_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      unsafe message.pointee.slug = unsafe try arena.copy(slug)
      unsafe message.pointee.new_slug = unsafe try arena.copy(newSlug)
      return unsafe message
    }
  }
}

/// Asks for another slug of a role.
public typealias RenameRoleRequest = RenameEntryRequest
/// Asks for another slug of a label.
public typealias RenameLabelRequest = RenameEntryRequest
/// Asks for another slug of a form.
public typealias RenameFormRequest = RenameEntryRequest
/// The role with its new slug; has the same fields as a new one.
public typealias RenameRoleResponse = CreateRoleResponse
