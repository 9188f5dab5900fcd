import GRPCCore
import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import Testing

/// A begin that cannot be served is refused before any row, with all that is wrong with it.
@Suite(.timeLimit(.minutes(2))) struct BeginRefusalTests {
  private func refusal(
    _ daemon: TestDaemon, workspace: String = "", columns: [String] = ["email"],
    options: ImportOptions = ImportOptions(), totals: DeclaredTotals? = nil
  ) async throws -> MusterClientError? {
    let error = await #expect(throws: MusterClientError.self) {
      try await daemon.client { client in
        _ = try await client.importRows(
          workspace: workspace, columns: columns, rows: [["a@example.com"]], options: options,
          totals: totals)
      }
    }
    #expect(error?.importID == nil, "it was accepted")
    #expect(try await daemon.exportedRows().isEmpty)
    return error
  }

  @Test func `an unknown workspace is not found, and not made`() async throws {
    try await TestDaemon.with { daemon in
      let error = try await refusal(daemon, workspace: "nowhere")
      #expect(error?.code == .notFound)
      #expect(error?.message.contains("nowhere") == true)
      #expect(try await daemon.client { try await $0.listWorkspaces() }.map(\.name) == ["default"])
    }
  }

  @Test(arguments: ["../x", "a/b", ".", "..", "/etc/passwd", "Default", "a b", "-a", "_a", "é"])
  func `a workspace's name that is no slug is refused everywhere`(_ name: String) async throws {
    try await TestDaemon.with { daemon in
      #expect(try await refusal(daemon, workspace: name)?.code == .invalidArgument)
      try await daemon.client { client in
        func expectRefused(_ call: () async throws -> Void) async {
          let error = await #expect(throws: MusterClientError.self) { try await call() }
          #expect(error?.code == .invalidArgument)
        }
        await expectRefused { _ = try await client.listRoles(ListRolesRequest(workspace: name)) }
        await expectRefused { _ = try await client.listLabels(ListLabelsRequest(workspace: name)) }
        await expectRefused { _ = try await client.listForms(ListFormsRequest(workspace: name)) }
        await expectRefused {
          _ = try await client.createWorkspace(CreateWorkspaceRequest(name: name))
        }
        await expectRefused {
          _ = try await client.getImport(GetImportRequest(workspace: name, importID: "x"))
        }
        await expectRefused {
          try await client.exportMembers(ExportMembersRequest(workspace: name, with: [])) { _ in
          } chunk: { _ in
          }
        }
      }
      #expect(try await daemon.client { try await $0.listWorkspaces() }.map(\.name) == ["default"])
      try await daemon.expectServesOn()
    }
  }

  @Test func `a workspace's name of 64 bytes is taken and of 65 is not`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        let most = String(repeating: "w", count: 64)
        let made = try await client.createWorkspace(CreateWorkspaceRequest(name: most))
        #expect(made.name == most)
        let error = await #expect(throws: MusterClientError.self) {
          try await client.createWorkspace(CreateWorkspaceRequest(name: most + "w"))
        }
        #expect(error?.code == .invalidArgument)
      }
    }
  }

  @Test func `an unknown role is refused with the nearest one`() async throws {
    try await TestDaemon.with { daemon in
      var options = ImportOptions()
      options.role = "manger"
      let error = try await refusal(daemon, options: options)
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("\"manger\"") == true)
      #expect(error?.message.contains("did you mean manager?") == true)
      #expect(error?.message.contains("manager, user") == true)
    }
  }

  @Test func `a role is taken by slug or id, and new members get it`() async throws {
    try await TestDaemon.with { daemon in
      try await daemon.client { client in
        let role = try await client.createRole(CreateRoleRequest(workspace: "", slug: "nurse"))
        for (place, name) in ["nurse", String(role.id)].enumerated() {
          var options = ImportOptions()
          options.role = name
          _ = try await client.importRows(
            columns: ["external_id"], rows: [["u\(place)"]], options: options)
        }
        let roles = Collected<String>()
        try await client.exportMembers(ExportMembersRequest(workspace: "", with: [.role])) {
          #expect($0.first == "_role")
        } chunk: { chunk in
          for row in copyRows(chunk) { roles.append(String(decoding: row[0], as: UTF8.self)) }
        }
        #expect(roles.all == ["nurse", "nurse"])
      }
    }
  }

  @Test func `every wrong column is named at once, with the nearest known name`() async throws {
    try await TestDaemon.with { daemon in
      _ = try await daemon.client { client in
        try await client.createForm(
          CreateFormRequest(
            workspace: "",
            form: Form(slug: "patient", fields: [FormField(slug: "blood_type", type: .text)])))
      }
      let error = try await refusal(
        daemon,
        columns: [
          "emial", "phone", "Phone", "form.patient.blood_typ", "form.nobody.x", "zzzzzzzzzz", "",
        ])
      #expect(error?.code == .invalidArgument)
      let message = error?.message ?? ""
      for phrase in [
        "Unknown column \"emial\" (column 1); did you mean \"email\"?",
        "The column \"phone\" (column 3) is there twice.",
        "Unknown form field \"form.patient.blood_typ\" (column 4)"
          + "; did you mean \"form.patient.blood_type\"?",
        "Unknown form field \"form.nobody.x\" (column 5)",
        "Unknown column \"zzzzzzzzzz\" (column 6).", "Column 7 has no name.",
      ] { #expect(message.contains(phrase), "\(message)") }
    }
  }

  @Test func `columns without an identifier are refused`() async throws {
    try await TestDaemon.with { daemon in
      let error = try await refusal(daemon, columns: ["name", "_id"])
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("No identifier column") == true)
      #expect(try await refusal(daemon, columns: [])?.code == .invalidArgument)
    }
  }

  @Test func `1000 columns are taken and 1001 are refused`() async throws {
    try await TestDaemon.with { daemon in
      let most = ["external_id"] + (1..<1000).map { "_c\($0)" }
      let outcome = try await daemon.send([
        ProtoBytes.begin(columns: most), ProtoBytes.finish(rowCount: 0),
      ])
      #expect(outcome.error == nil)
      let error = try await refusal(daemon, columns: most + ["_more"])
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("1001") == true && error?.message.contains("1000") == true)
    }
  }

  @Test func `thousands of wrong columns get an answer that fits`() async throws {
    try await TestDaemon.with { daemon in
      let error = try await refusal(daemon, columns: (0..<999).map { "wrong-column-\($0)" })
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.contains("more.") == true)
    }
  }

  @Test func `a column's name that is not UTF-8 is refused`() async throws {
    try await TestDaemon.with { daemon in
      let begin = ProtoBytes.field(
        1, ProtoBytes.field(2, "email") + ProtoBytes.field(2, [0x61, 0xFF]))
      let outcome = try await daemon.send([begin])
      #expect(outcome.error?.code == .invalidArgument)
      #expect(outcome.error?.message.contains("column 2 is not UTF-8") == true)
      try await daemon.expectServesOn()
    }
  }

  @Test func `a message with letters of any language arrives whole`() async throws {
    try await TestDaemon.with { daemon in
      let error = try await refusal(daemon, columns: ["email", "Größe 100% Ø"])
      #expect(
        error?.message.contains("größe 100% Ø") == true
          || error?.message.contains("Größe 100% Ø") == true, "\(error?.message ?? "")")
    }
  }
}
