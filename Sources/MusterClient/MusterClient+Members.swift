public import MusterCore
public import MusterWire

extension MusterClient {
  /// One member, by its number or one of its identifiers.
  ///
  /// ```swift
  /// let dana = try await muster.getMember(.email("dana@example.org"))
  /// ```
  ///
  /// - Parameters:
  ///   - key: What the member is named by.
  ///   - workspace: The workspace that has it.
  /// - Throws: ``MusterClientError`` with `notFound`.
  public func getMember(
    _ key: MemberKey, workspace: String = "default"
  ) async throws -> StoredMember {
    StoredMember(try await getMember(GetMemberRequest(workspace: workspace, key: key)))
  }

  /// One member with its values as texts, as the daemon sends it.
  ///
  /// - Throws: ``MusterClientError`` with `notFound`.
  public func getMember(_ request: GetMemberRequest) async throws -> MemberSnapshot {
    try await call(MemberMethods.getMember, request, as: GetMemberResponse.self).member
  }

  /// Members that meet every condition, in the order of their numbers.
  ///
  /// ```swift
  /// for try await stored in muster.listMembers(labels: ["vip"]) {
  ///   print(stored.id, stored.member.name ?? "nobody")
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - workspace: The workspace whose members to list.
  ///   - role: The slug or id of a role that they have; nil for any.
  ///   - labels: Slugs of labels that they all have.
  ///   - text: What their name, email, phone or external id has in it, whatever the case of ASCII
  ///     letters; nil for any.
  public func listMembers(
    workspace: String = "default", role: String? = nil, labels: [String] = [],
    text: String? = nil
  ) -> StoredMembers {
    StoredMembers(
      client: self,
      request: ListMembersRequest(
        workspace: workspace, role: role ?? "", labels: labels, text: text ?? "",
        pageSize: UInt32(ClientBounds.membersPerPage)))
  }

  /// A page of members, in the order of their numbers.
  ///
  /// - Throws: ``MusterClientError`` with `notFound` for the workspace, `invalidArgument` for a
  ///   role or label that it does not have and for a page token that no page gave.
  public func listMembers(_ request: ListMembersRequest) async throws -> ListMembersResponse {
    try await call(MemberMethods.listMembers, request)
  }

  /// Creates a member, or updates the one that its identifiers match, as an import would with one
  /// row.
  ///
  /// Called again with the same member it changes nothing, so that it may be tried again when
  /// nobody knows what became of it.
  ///
  /// - Parameters:
  ///   - member: What to set; what is nil stays as it is.
  ///   - workspace: The workspace that takes it.
  ///   - options: How it is to be applied; what only imports have is not looked at.
  /// - Returns: The member, durable, or the rules that it broke.
  /// - Throws: ``MusterClientError`` with `invalidArgument` for a form field or a role that the
  ///   workspace does not have, and for a label that is not one slug.
  public func createSignup(
    _ member: Member, workspace: String = "default", options: ImportOptions = ImportOptions()
  ) async throws -> SignupResult {
    let columns = MemberColumn.needed(for: [member])
    let layout = MemberLayout(columns)
    try layout.check(member)
    // A member without an identifier has a blank one, and is told so by the daemon.
    let values = layout.cells(of: member).map { column, cell in
      CreateSignupRequest.Value(
        column: Array(column.columnName.utf8), cell: Array((cell ?? "").utf8))
    }
    return SignupResult(
      try await createSignup(
        CreateSignupRequest(workspace: workspace, values: values, options: options)))
  }

  /// Creates or updates a member from cells of columns, as they are.
  ///
  /// - Throws: ``MusterClientError`` with `invalidArgument` for columns that an import would be
  ///   refused for, or an unknown role.
  public func createSignup(_ request: CreateSignupRequest) async throws -> SignupOutcome {
    try await call(MemberMethods.createSignup, request, as: CreateSignupResponse.self).outcome
  }

  /// Deletes a member, with all that is kept of it for undoing imports.
  ///
  /// - Parameters:
  ///   - key: What the member is named by.
  ///   - workspace: The workspace that has it.
  /// - Returns: The number that it had, which nobody gets again.
  /// - Throws: ``MusterClientError`` with `notFound`, also when an earlier call deleted it.
  @discardableResult public func deleteMember(
    _ key: MemberKey, workspace: String = "default"
  ) async throws -> UInt64 {
    try await call(
      MemberMethods.deleteMember, DeleteMemberRequest(workspace: workspace, key: key),
      as: DeleteMemberResponse.self
    ).id
  }
}
