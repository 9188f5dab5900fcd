import MusterClient
import MusterCore
import MusterTestDaemon
import MusterTestSupport
import MusterWire

extension ReasonProvocation {
  /// What is wrong with a request, or with what it asks for.
  static let requests: [Self] = [
    call(.invalidArgument) { client, _ in
      _ = try await client.importRows(columns: ["email"], rows: [], importID: "x")
    },
    call(.malformedMessage) { client, _ in
      _ = try await client.getMember(GetMemberRequest(workspace: "", key: .email("")))
    },
    call(.wrongColumns) { client, _ in
      _ = try await client.importRows(columns: ["emial"], rows: [])
    },
    call(.unknownRole) { client, _ in
      var options = ImportOptions()
      options.role = "usr"
      _ = try await client.importRows(columns: ["email"], rows: [], options: options)
    },
    call(.unknownLabel) { client, _ in
      _ = try await client.listMembers(ListMembersRequest(workspace: "", labels: ["vip"]))
    },
    call(.invalidName) { client, _ in
      _ = try await client.createWorkspace(CreateWorkspaceRequest(name: "No pe"))
    },
    call(.invalidForm) { client, _ in
      _ = try await client.createForm(
        CreateFormRequest(workspace: "", form: Form(slug: "f", fields: [])))
    },
    call(.notFound) { client, _ in
      _ = try await client.renameLabel(RenameLabelRequest(workspace: "", slug: "a", newSlug: "b"))
    },
    call(.workspaceNotFound, [.workspace: "nope"]) { client, _ in
      _ = try await client.listLabels(ListLabelsRequest(workspace: "nope"))
    },
    call(.importNotFound, [.importID: importID]) { client, _ in
      _ = try await client.getImport(GetImportRequest(workspace: "", importID: importID))
    },
    call(.memberNotFound) { client, _ in
      _ = try await client.getMember(GetMemberRequest(workspace: "", key: .email("a@x.org")))
    },
    call(.alreadyExists) { client, _ in
      _ = try await client.createRole(CreateRoleRequest(workspace: "", slug: "user"))
    },
    call(.notChangeable) { client, _ in
      try await client.deleteRole(DeleteRoleRequest(workspace: "", slug: "user"))
    },
    call(.inUse, [.memberCount: "2"]) { client, _ in
      _ = try await client.createLabels(CreateLabelsRequest(workspace: "", slugs: ["vip"]))
      _ = try await client.importRows(
        columns: ["external_id", "labels"], rows: [["a", "vip"], ["b", "vip"]])
      try await client.deleteLabel(DeleteLabelRequest(workspace: "", slug: "vip"))
    },
  ]

  static let importID = "0f0e0d0c-0b0a-4908-8706-050403020100"
}
