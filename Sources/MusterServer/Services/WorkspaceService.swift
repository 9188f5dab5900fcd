internal import GRPCCore
internal import MusterCore
internal import MusterWire

/// `muster.v1.WorkspaceService`.
struct WorkspaceService: RegistrableRPCService {
  let stores: any StoreProvider

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    registerWorkspaces(with: &router)
    registerRoles(with: &router)
    registerLabels(with: &router)
    registerForms(with: &router)
    registerChanges(with: &router)
  }

  private func registerWorkspaces<Transport: ServerTransport>(
    with router: inout RPCRouter<Transport>
  ) {
    router.registerUnary(WorkspaceMethods.createWorkspace) { (request: CreateWorkspaceRequest) in
      let store = try await stores.createWorkspace(request.name)
      return CreateWorkspaceResponse(
        workspace: WorkspaceEntry(name: store.name, store: store.location))
    }
    router.registerUnary(WorkspaceMethods.listWorkspaces) {
      (_: ListWorkspacesRequest, access: CallAccess) in
      ListWorkspacesResponse(
        workspaces: try stores.listWorkspaces().filter { access.shows($0.name) }.map {
          WorkspaceEntry(name: $0.name, store: $0.location)
        })
    }
  }

  private func registerRoles<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerUnary(WorkspaceMethods.createRole) { (request: CreateRoleRequest) in
      let store = try await stores.workspace(request.workspace)
      return CreateRoleResponse(role: try await store.createRole(request.slug))
    }
    router.registerUnary(WorkspaceMethods.listRoles) { (request: ListRolesRequest) in
      let store = try await stores.workspace(request.workspace)
      let roles = store.catalogue.roles
      guard request.withCounts else { return ListRolesResponse(roles: roles) }
      let counts = try await store.memberCounts().roles
      return ListRolesResponse(roles: roles, memberCounts: roles.map { counts[$0.id] ?? 0 })
    }
  }

  private func registerLabels<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerUnary(WorkspaceMethods.createLabels) { (request: CreateLabelsRequest) in
      guard !request.slugs.isEmpty else {
        throw StoreError(field: "slugs", "No label was named; name at least one.")
      }
      let store = try await stores.workspace(request.workspace)
      let created = try await store.createLabels(request.slugs)
      let made = Set(created)
      return CreateLabelsResponse(
        created: created, existing: request.slugs.filter { !made.contains($0) })
    }
    router.registerUnary(WorkspaceMethods.listLabels) { (request: ListLabelsRequest) in
      let store = try await stores.workspace(request.workspace)
      let labels = store.catalogue.labels
      guard request.withCounts else { return ListLabelsResponse(slugs: labels) }
      let counts = try await store.memberCounts().labels
      return ListLabelsResponse(slugs: labels, memberCounts: labels.map { counts[$0] ?? 0 })
    }
  }

  private func registerForms<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerUnary(WorkspaceMethods.createForm) { (request: CreateFormRequest) in
      let store = try await stores.workspace(request.workspace)
      try await store.createForm(request.form)
      return CreateFormResponse(form: request.form)
    }
    router.registerUnary(WorkspaceMethods.listForms) { (request: ListFormsRequest) in
      ListFormsResponse(forms: try await stores.workspace(request.workspace).catalogue.forms)
    }
  }
}
