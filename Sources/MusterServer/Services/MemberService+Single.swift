internal import GRPCCore
internal import MusterCore
internal import MusterWire

/// The calls about one member, or a page of them.
extension MemberService {
  /// Bytes of texts of one answer: stock clients take messages of 4 MiB.
  private static let answerBytesMax = 3_500_000

  func registerSingleMembers<Transport: ServerTransport>(
    with router: inout RPCRouter<Transport>
  ) {
    router.registerUnary(MemberMethods.getMember) { (request: GetMemberRequest) in
      let store = try await stores.workspace(request.workspace)
      return GetMemberResponse(member: try await Self.checkSize(of: store.member(request.key)))
    }
    router.registerUnary(MemberMethods.listMembers) { (request: ListMembersRequest) in
      let store = try await stores.workspace(request.workspace)
      let page = try await store.members(try Self.query(request, store.catalogue))
      for member in page.members { _ = try Self.checkSize(of: member) }
      return ListMembersResponse(
        members: page.members, nextPageToken: page.next == 0 ? "" : String(page.next))
    }
    router.registerUnary(MemberMethods.createSignup) {
      (request: CreateSignupRequest, access: CallAccess) in
      let store = try await stores.workspace(request.workspace)
      return CreateSignupResponse(
        outcome: try await signUp(request, of: access.peer.caller.user, in: store))
    }
    router.registerUnary(MemberMethods.deleteMember) { (request: DeleteMemberRequest) in
      let store = try await stores.workspace(request.workspace)
      return DeleteMemberResponse(id: try await store.deleteMember(request.key))
    }
  }

  private static func checkSize(of member: MemberSnapshot) throws(StoreError) -> MemberSnapshot {
    guard member.textByteCount <= answerBytesMax else {
      throw StoreError(
        reason: .limitExceeded,
        "Member \(member.id) has more than \(answerBytesMax) bytes of texts, too many for an"
          + " answer; export the members to read it.")
    }
    return member
  }

  private static func query(
    _ request: ListMembersRequest, _ catalogue: Catalogue
  ) throws(StoreError) -> MemberQuery {
    var query = MemberQuery()
    if request.pageSize > 0 { query.countMax = Int(request.pageSize) }
    query.filter = try MemberFilter(
      role: request.role, labels: request.labels, text: request.text, catalogue: catalogue)
    if let after = try PageToken.number(request.pageToken) { query.after = after }
    return query
  }

  // MARK: Signups

  /// Checks a signup as the row of an import, and has the store apply it.
  private func signUp(
    _ request: CreateSignupRequest, of user: UInt32, in store: any MemberStore
  ) async throws -> SignupOutcome {
    let catalogue = store.catalogue
    let plan: ColumnPlan
    do throws(ColumnRefusal) {
      plan = try ColumnPlan.resolve(
        names: request.values.map(\.column), catalogue: catalogue,
        ignoresUnknown: request.options.ignoresUnknownColumns, columnsMax: limits.columnsMax)
    } catch {
      throw error.error(list: "values", element: ".column")
    }
    let checker = RowChecker(
      plan: plan, options: request.options, limits: limits, catalogue: catalogue,
      seed: store.hashSeed, today: Today.utc())
    let definition = ImportDefinition(
      importID: "", plan: plan, options: request.options, catalogue: catalogue, limits: limits)
    let row = try Self.row(of: request)
    let checked = try await CheckingThreads.shared.run(for: user) { checker.check(row) }
    return try await store.signUp(checked, definition)
  }

  private static func row(of request: CreateSignupRequest) throws(StoreError) -> RowChunk {
    var builder = RowChunkBuilder()
    for value in request.values {
      unsafe value.cell.withUnsafeBufferPointer { unsafe builder.append($0) }
    }
    builder.endRow()
    do throws(WireError) {
      return try builder.build(firstRow: 0)
    } catch {
      throw StoreError(reason: error.reason, error.message, error.facts)
    }
  }
}
