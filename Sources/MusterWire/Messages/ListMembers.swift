internal import CMusterProto
internal import CProtobufC
public import GRPCCore
public import MusterCore

/// Asks for members that meet every condition, in the order of their numbers.
public struct ListMembersRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// The slug or the number of a role; empty means any.
  public var role: String
  /// Slugs of labels that they all have.
  public var labels: [String]
  /// What their name, email, phone or external id has in it; empty means any.
  public var text: String
  /// How many at most; 0 lets the daemon choose.
  public var pageSize: UInt32
  /// What the page before named as the next; empty begins with the first member.
  public var pageToken: String

  /// Asks a workspace for its members.
  public init(
    workspace: String, role: String = "", labels: [String] = [], text: String = "",
    pageSize: UInt32 = 0, pageToken: String = ""
  ) {
    self.workspace = workspace
    self.role = role
    self.labels = labels
    self.text = text
    self.pageSize = pageSize
    self.pageToken = pageToken
  }
}

extension ListMembersRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ListMembersRequest {
    unsafe try unpacked(
      bytes, Muster__V1__ListMembersRequest.self, muster__v1__list_members_request__get()
    ) { message throws(WireError) in
      unsafe ListMembersRequest(
        workspace: try message.pointee.workspace.text("workspace"),
        role: try message.pointee.role.text("role"),
        labels: try texts(message.pointee.labels, message.pointee.n_labels, "labels"),
        text: try message.pointee.text.text("text"), pageSize: message.pointee.page_size,
        pageToken: try message.pointee.page_token.text("page_token"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListMembersRequest.self, muster__v1__list_members_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      unsafe message.pointee.role = unsafe try arena.copy(role)
      unsafe message.pointee.n_labels = labels.count
      unsafe message.pointee.labels = unsafe try arena.copy(labels)
      unsafe message.pointee.text = unsafe try arena.copy(text)
      unsafe message.pointee.page_size = pageSize
      unsafe message.pointee.page_token = unsafe try arena.copy(pageToken)
      return unsafe message
    }
  }
}

/// A page of members.
public struct ListMembersResponse: Sendable, Equatable {
  /// In the order of their numbers; may be none, also before the end.
  public var members: [MemberSnapshot]
  /// Where the next page begins; empty if this is the last.
  public var nextPageToken: String

  /// Answers with a page.
  public init(members: [MemberSnapshot], nextPageToken: String) {
    self.members = members
    self.nextPageToken = nextPageToken
  }
}

extension ListMembersResponse: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ListMembersResponse {
    unsafe try unpacked(
      bytes, Muster__V1__ListMembersResponse.self, muster__v1__list_members_response__get()
    ) { message throws(WireError) in
      unsafe ListMembersResponse(
        members: try list(message.pointee.members, message.pointee.n_members) {
          item throws(WireError) in
          unsafe try MemberSnapshot(item)
        }, nextPageToken: try message.pointee.next_page_token.text("next_page_token"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ListMembersResponse.self, muster__v1__list_members_response__init)
      unsafe message.pointee.n_members = members.count
      unsafe message.pointee.members = unsafe try arena.makeList(members) {
        item throws(WireError) in
        unsafe try item.make(in: arena)
      }
      unsafe message.pointee.next_page_token = unsafe try arena.copy(nextPageToken)
      return unsafe message
    }
  }
}
