internal import MusterClient

extension RoleCommand: CatalogueEntry {
  static let kind = "role"
  static let renaming = "Gives a role another slug; its members stay."
  static let deleting = "Deletes a role that no member has."

  static func rename(
    _ slug: String, to newSlug: String, in workspace: String, _ client: MusterClient
  ) async throws -> UInt64? {
    _ = try await client.renameRole(
      RenameRoleRequest(workspace: workspace, slug: slug, newSlug: newSlug))
    return nil
  }

  static func delete(_ slug: String, in workspace: String, _ client: MusterClient) async throws {
    try await client.deleteRole(DeleteRoleRequest(workspace: workspace, slug: slug))
  }
}

extension LabelCommand: CatalogueEntry {
  static let kind = "label"
  static let renaming = "Gives a label another slug, in all members that carry it."
  static let deleting = "Deletes a label that no member carries."

  static func rename(
    _ slug: String, to newSlug: String, in workspace: String, _ client: MusterClient
  ) async throws -> UInt64? {
    try await client.renameLabel(
      RenameLabelRequest(workspace: workspace, slug: slug, newSlug: newSlug))
  }

  static func delete(_ slug: String, in workspace: String, _ client: MusterClient) async throws {
    try await client.deleteLabel(DeleteLabelRequest(workspace: workspace, slug: slug))
  }
}

extension FormCommand: CatalogueEntry {
  static let kind = "form"
  static let renaming = "Gives a form another slug, in all members that have values of it."
  static let deleting = "Deletes a form that no member has values of."

  static func rename(
    _ slug: String, to newSlug: String, in workspace: String, _ client: MusterClient
  ) async throws -> UInt64? {
    try await client.renameForm(
      RenameFormRequest(workspace: workspace, slug: slug, newSlug: newSlug)
    ).memberCount
  }

  static func delete(_ slug: String, in workspace: String, _ client: MusterClient) async throws {
    try await client.deleteForm(DeleteFormRequest(workspace: workspace, slug: slug))
  }
}
