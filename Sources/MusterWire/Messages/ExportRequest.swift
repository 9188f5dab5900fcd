internal import CMusterProto
internal import CProtobufC
public import GRPCCore

/// A column that an export adds and an import ignores; the raw value is its number in the protocol.
public enum ExportColumn: Int, Sendable {
  /// `_id`, the member's number.
  case id = 1
  /// `_role`, the slug of the member's role.
  case role = 2
  /// `_created_at`, when the member was made: RFC 3339, in UTC.
  case createdAt = 3
  /// `_updated_at`, when it was last changed: RFC 3339, in UTC.
  case updatedAt = 4
}

/// Asks for the members of a workspace.
public struct ExportMembersRequest: Sendable, Equatable {
  /// The workspace's name; empty means "default".
  public var workspace: String
  /// Columns to add before the others.
  public var with: [ExportColumn]
  /// The slug or the number of a role that they have; empty means any.
  public var role = ""
  /// Slugs of labels that they all have.
  public var labels: [String] = []

  /// Asks for a workspace's members, with these columns added.
  public init(
    workspace: String, with: [ExportColumn], role: String = "", labels: [String] = []
  ) {
    self.workspace = workspace
    self.with = with
    self.role = role
    self.labels = labels
  }
}

extension ExportMembersRequest: WireMessage {
  public static func unpack(
    _ bytes: UnsafeRawBufferPointer
  ) throws(WireError) -> ExportMembersRequest {
    unsafe try unpacked(
      bytes, Muster__V1__ExportMembersRequest.self, muster__v1__export_members_request__get()
    ) { message throws(WireError) in
      var columns: [ExportColumn] = []
      for place in unsafe 0..<message.pointee.n_with {
        guard let column = unsafe ExportColumn(rawValue: Int(message.pointee.with[place].rawValue))
        else {
          throw WireError(
            code: .malformed,
            message: "The field with has a column that this version lacks; use id, role,"
              + " created_at and updated_at.",
            field: "with[\(place)]")
        }
        columns.append(column)
      }
      return unsafe ExportMembersRequest(
        workspace: try message.pointee.workspace.text("workspace"), with: columns,
        role: try message.pointee.role.text("role"),
        labels: try texts(message.pointee.labels, message.pointee.n_labels, "labels"))
    }
  }

  public func pack<Bytes: GRPCContiguousBytes>() throws(WireError) -> Bytes {
    unsafe try packed { arena throws(WireError) in
      let message = unsafe try arena.make(
        Muster__V1__ExportMembersRequest.self, muster__v1__export_members_request__init)
      unsafe message.pointee.workspace = unsafe try arena.copy(workspace)
      let columns = unsafe try arena.allocate(Muster__V1__ExportColumn.self, count: with.count)
      for (place, column) in with.enumerated() {
        unsafe columns[place] = Muster__V1__ExportColumn(UInt32(column.rawValue))
      }
      unsafe message.pointee.n_with = with.count
      unsafe message.pointee.with = unsafe columns
      unsafe message.pointee.role = unsafe try arena.copy(role)
      unsafe message.pointee.n_labels = labels.count
      unsafe message.pointee.labels = unsafe try arena.copy(labels)
      return unsafe message
    }
  }
}
