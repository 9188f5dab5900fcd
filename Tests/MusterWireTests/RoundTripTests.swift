import MusterCore
import MusterTestSupport
import MusterWire
import Testing

/// What was written is what is read.
@Suite struct RoundTripTests {
  private func check<Message: WireMessage & Equatable>(_ message: Message) throws {
    #expect(try unpack(Message.self, wireBytes(message)) == message)
  }

  @Test func `messages of the catalogue come back as they were`() throws {
    try check(CreateWorkspaceRequest(name: "acme"))
    try check(
      CreateWorkspaceResponse(workspace: WorkspaceEntry(name: "acme", store: "/x/acme.db")))
    try check(ListWorkspacesRequest())
    try check(
      ListWorkspacesResponse(workspaces: [
        WorkspaceEntry(name: "a", store: "/a"), WorkspaceEntry(name: "b", store: ""),
      ]))
    try check(CreateRoleRequest(workspace: "", slug: "user"))
    try check(CreateRoleResponse(role: Role(id: .max, slug: "user")))
    try check(ListRolesRequest(workspace: "acme"))
    try check(ListRolesResponse(roles: [Role(id: 1, slug: "a"), Role(id: -2, slug: "b")]))
    try check(CreateLabelsRequest(workspace: "acme", slugs: ["vip", "", "Ø"]))
    try check(CreateLabelsResponse(created: ["a"], existing: []))
    try check(CreateLabelsResponse(created: [], existing: ["b", "c"]))
    try check(ListLabelsRequest(workspace: ""))
    try check(ListLabelsResponse(slugs: []))
    try check(ListLabelsResponse(slugs: (0..<10_000).map { "label-\($0)" }))
  }

  @Test func `messages that change the catalogue come back as they were`() throws {
    let form = Form(slug: "f", fields: [FormField(slug: "a", type: .choice(["x"]))])
    try check(RenameEntryRequest(workspace: "acme", slug: "a", newSlug: "b"))
    try check(DeleteEntryRequest(workspace: "acme", slug: "a"))
    try check(DeleteEntryResponse())
    try check(MemberCountResponse(memberCount: .max))
    try check(FormFieldRequest(workspace: "", form: "f", field: form.fields[0]))
    try check(FormFieldNameRequest(workspace: "acme", form: "f", slug: "a", newSlug: "b"))
    try check(FormFieldNameRequest(workspace: "acme", form: "f", slug: "a"))
    try check(FormChangeResponse(form: form, memberCount: 7))
    try check(RenameWorkspaceRequest(name: "a", newName: "b"))
    try check(DeleteWorkspaceRequest(name: "a", withMembers: true))
    try check(ListRolesRequest(workspace: "", withCounts: true))
    try check(ListRolesResponse(roles: [Role(id: 1, slug: "a")], memberCounts: [.max]))
    try check(ListLabelsRequest(workspace: "", withCounts: true))
    try check(ListLabelsResponse(slugs: ["a", "b"], memberCounts: [0, 3]))
  }

  @Test func `questions and answers of reflection come back as they were`() throws {
    let questions: [ReflectionRequest.Question] = [
      .fileNamed("a.proto"), .fileDefining("a.B"), .fileExtending("a.B", number: -7),
      .extensionNumbers(of: "a.B"), .services("*"),
    ]
    let answers: [ReflectionResponse.Answer] = [
      .files([[0, 0xFF], []]), .noExtensions(of: "a.B"), .services(["a.B", "c.D"]), .services([]),
      .error(code: 5, message: "nothing of that name"),
    ]
    for question in questions {
      let request = ReflectionRequest(host: "here", question: question)
      try check(request)
      for answer in answers { try check(ReflectionResponse(request: request, answer: answer)) }
    }
  }

  @Test func `forms with every type of field come back as they were`() throws {
    let types: [FormFieldType] = [
      .text, .number, .boolean, .date, .email, .choice(["a", "b c"]), .choice([]),
    ]
    let fields = types.enumerated().map { place, type in
      FormField(slug: "f\(place)", type: type, isRequired: place.isMultiple(of: 2))
    }
    let form = Form(slug: "all", fields: fields)
    try check(CreateFormRequest(workspace: "acme", form: form))
    try check(CreateFormResponse(form: form))
    try check(ListFormsRequest(workspace: "acme"))
    try check(ListFormsResponse(forms: [form, Form(slug: "empty", fields: [])]))
  }

  @Test(arguments: ImportRecord.State.allCases)
  func `a record in each state comes back as it was`(_ state: ImportRecord.State) throws {
    var record = Golden.record
    record.state = state
    record.columns = []
    try check(GetImportResponse(record: record))
    try check(GetImportRequest(workspace: "", importID: Golden.importID))
    record.touchedAt = .max
    record.hasImages = true
    record.undo.deleted = .max
    record.undo.kept = 1
    try check(GetImportResponse(record: record))
    try check(WatchImportResponse(record: record))
    try check(CancelImportResponse(record: record))
    try check(ListImportsResponse(imports: [record, Golden.record], nextPageToken: "7"))
    try check(ListImportsRequest(workspace: "acme", states: [state], pageSize: .max))
  }

  @Test func `messages about checks and backups come back as they were`() throws {
    try check(CheckWorkspaceRequest(workspace: "acme"))
    try check(CheckWorkspaceResponse.progress(CheckProgress(members: 1, memberTotal: .max)))
    try check(CheckWorkspaceResponse.finding(CheckFinding(.duplicateEmail)))
    try check(
      CheckWorkspaceResponse.finding(
        CheckFinding(
          rule: "x", message: "y", count: .max, members: [0, .max], imports: [Golden.importID],
          details: ["a", "Ø"])))
    var report = CheckReport()
    report.members = 7
    report.imports = .max
    report.indexCompared = true
    report.note(.counter)
    try check(
      CheckWorkspaceResponse.summary(CheckSummary(report, workspace: "acme", store: "/a.db")))
    try check(BackUpWorkspaceResponse.progress(BackupProgress(byteCount: 1, byteTotal: .max)))
    try check(BackUpWorkspaceResponse.data([0, 0xFF, 1]))
    try check(BackUpWorkspaceResponse.data([]))
    try check(
      BackUpWorkspaceResponse.summary(
        BackUpSummary(byteCount: .max, members: 3, workspace: "acme", store: "/a.db")))
  }

  @Test func `messages about undoing an import come back as they were`() throws {
    var progress = UndoProgress()
    try check(UndoImportResponse.progress(progress))
    progress.deleted = 1
    progress.restored = .max
    progress.kept = 3
    try check(UndoImportResponse.progress(progress))
    try check(UndoImportResponse.kept([]))
    try check(
      UndoImportResponse.kept([
        KeptField(member: .max, column: nil, reason: "it has changed since"),
        KeptField(member: 1, column: "form.f.Ø", reason: ""),
      ]))
    try check(
      UndoImportResponse.summary(
        UndoSummary(
          importID: Golden.importID, progress: progress, workspace: "default", store: "/x.db")))
    try check(ListFaultsResponse(faults: []))
    try check(ListFaultsResponse(faults: Golden.faults))
    try check(ListImportsRequest(workspace: ""))
    try check(ListImportsResponse(imports: [], nextPageToken: ""))
  }

  @Test(arguments: [
    HealthCheckResponse.ServingStatus.unknown, .serving, .notServing, .serviceUnknown,
  ])
  func `a state of health comes back as it was`(
    _ status: HealthCheckResponse.ServingStatus
  ) throws {
    #expect(
      try unpack(HealthCheckResponse.self, wireBytes(HealthCheckResponse(status: status))).status
        == status)
    let request = HealthCheckRequest(service: "muster.v1.ImportService")
    #expect(try unpack(HealthCheckRequest.self, wireBytes(request)).service == request.service)
  }

  @Test(arguments: FaultCode.allCases)
  func `a fault of each code comes back as it was`(_ code: FaultCode) throws {
    try check(
      ImportResponse.faults([
        RowFault(row: .max, column: "name", code: code, value: [0, 0xFF], hint: "Ø \u{0001}")
      ]))
  }

  @Test func `no faults, and thousands of them, come back as they were`() throws {
    try check(ImportResponse.faults([]))
    try check(
      ImportResponse.faults(
        (1...5_000).map {
          RowFault(row: $0, column: "email", code: .invalidEmail, value: Array("x\($0)".utf8))
        }))
  }

  @Test func `an empty begin takes the documented defaults`() throws {
    guard case .begin(let begin) = try unpack(ImportRequest.self, ProtoBytes.field(1, [])) else {
      Issue.record("not a begin")
      return
    }
    #expect(begin == BeginImport())
    #expect(begin.options.role == "user")
    #expect(begin.options.labels == .add)
    #expect(begin.totals == nil)
  }

  @Test func `an export of no columns and a chunk without rows come back as they were`() throws {
    try check(ExportMembersRequest(workspace: "", with: []))
    try check(
      ExportMembersRequest(
        workspace: "acme", with: [.updatedAt, .id, .createdAt, .role], role: "2",
        labels: ["vip", "a-b"]))
    guard
      case .header(let none) = try unpack(
        ExportResponse.self, wireBytes(ExportResponse.header([])))
    else {
      Issue.record("not a header")
      return
    }
    #expect(none.isEmpty)
    let chunk = try makeChunk(firstRow: 7, byteRows: [])
    guard
      case .chunk(let read) = try unpack(
        ExportResponse.self, wireBytes(ExportResponse.chunk(chunk)))
    else {
      Issue.record("not a chunk")
      return
    }
    #expect(read.rowCount == 0)
    #expect(read.firstRow == 7)
  }

  @Test func `every combination of the options of an import comes back as it was`() throws {
    for bits in 0..<64 {
      var begin = BeginImport()
      begin.options.labels = bits & 1 == 0 ? .add : .replace
      begin.options.normalizes = bits & 2 != 0
      begin.options.strictIdentity = bits & 4 != 0
      begin.options.rejectsRepeats = bits & 8 != 0
      begin.options.ignoresUnknownColumns = bits & 16 != 0
      begin.options.clearToken = bits & 32 != 0 ? [0x00, 0xFF] : nil
      guard
        case .begin(let read) = try unpack(
          ImportRequest.self, wireBytes(ImportRequest.begin(begin)))
      else {
        Issue.record("not a begin")
        return
      }
      #expect(read == begin)
    }
  }
}
