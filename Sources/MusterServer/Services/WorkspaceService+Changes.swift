internal import GRPCCore
internal import MusterCore
internal import MusterWire

/// The calls that rename and delete.
extension WorkspaceService {
  func registerChanges<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerUnary(WorkspaceMethods.renameWorkspace) { (request: RenameWorkspaceRequest) in
      let store = try await stores.renameWorkspace(request.name, to: request.newName)
      return RenameWorkspaceResponse(
        workspace: WorkspaceEntry(name: request.newName, store: store))
    }
    router.registerUnary(WorkspaceMethods.deleteWorkspace) { (request: DeleteWorkspaceRequest) in
      let count = try await stores.deleteWorkspace(
        request.name, withMembers: request.withMembers)
      return DeleteWorkspaceResponse(memberCount: UInt64(count))
    }
    registerRoleChanges(with: &router)
    registerLabelChanges(with: &router)
    registerFormChanges(with: &router)
    registerFieldChanges(with: &router)
  }

  private func change(
    _ workspace: String, _ change: CatalogueChange
  ) async throws -> CatalogueOutcome {
    try await stores.workspace(workspace).change(change)
  }

  private func registerRoleChanges<Transport: ServerTransport>(
    with router: inout RPCRouter<Transport>
  ) {
    router.registerUnary(WorkspaceMethods.renameRole) { (request: RenameRoleRequest) in
      let outcome = try await change(
        request.workspace, .renameRole(request.slug, to: request.newSlug))
      guard let role = outcome.catalogue.roles.first(where: { $0.slug == request.newSlug }) else {
        throw StoreError(.internalError, "The renamed role is gone.")
      }
      return RenameRoleResponse(role: role)
    }
    router.registerUnary(WorkspaceMethods.deleteRole) { (request: DeleteRoleRequest) in
      _ = try await change(request.workspace, .deleteRole(request.slug))
      return DeleteEntryResponse()
    }
  }

  private func registerLabelChanges<Transport: ServerTransport>(
    with router: inout RPCRouter<Transport>
  ) {
    router.registerUnary(WorkspaceMethods.renameLabel) { (request: RenameLabelRequest) in
      let outcome = try await change(
        request.workspace, .renameLabel(request.slug, to: request.newSlug))
      return RenameLabelResponse(memberCount: UInt64(outcome.memberCount))
    }
    router.registerUnary(WorkspaceMethods.deleteLabel) { (request: DeleteLabelRequest) in
      _ = try await change(request.workspace, .deleteLabel(request.slug))
      return DeleteEntryResponse()
    }
  }

  private func registerFormChanges<Transport: ServerTransport>(
    with router: inout RPCRouter<Transport>
  ) {
    router.registerUnary(WorkspaceMethods.renameForm) { (request: RenameFormRequest) in
      try Self.form(
        request.newSlug,
        of: try await change(request.workspace, .renameForm(request.slug, to: request.newSlug)))
    }
    router.registerUnary(WorkspaceMethods.deleteForm) { (request: DeleteFormRequest) in
      _ = try await change(request.workspace, .deleteForm(request.slug))
      return DeleteEntryResponse()
    }
  }

  private func registerFieldChanges<Transport: ServerTransport>(
    with router: inout RPCRouter<Transport>
  ) {
    router.registerUnary(WorkspaceMethods.addFormField) { (request: AddFormFieldRequest) in
      try Self.form(
        request.form,
        of: try await change(request.workspace, .addField(request.field, form: request.form)))
    }
    router.registerUnary(WorkspaceMethods.updateFormField) { (request: UpdateFormFieldRequest) in
      try Self.form(
        request.form,
        of: try await change(request.workspace, .changeField(request.field, form: request.form)))
    }
    router.registerUnary(WorkspaceMethods.renameFormField) { (request: RenameFormFieldRequest) in
      try Self.form(
        request.form,
        of: try await change(
          request.workspace,
          .renameField(request.slug, form: request.form, to: request.newSlug)))
    }
    router.registerUnary(WorkspaceMethods.deleteFormField) { (request: DeleteFormFieldRequest) in
      try Self.form(
        request.form,
        of: try await change(
          request.workspace, .deleteField(request.slug, form: request.form)))
    }
  }

  private static func form(
    _ slug: String, of outcome: CatalogueOutcome
  ) throws -> FormChangeResponse {
    guard let form = outcome.catalogue.forms.first(where: { $0.slug == slug }) else {
      throw StoreError(.internalError, "The changed form is gone.")
    }
    return FormChangeResponse(form: form, memberCount: UInt64(outcome.memberCount))
  }
}
