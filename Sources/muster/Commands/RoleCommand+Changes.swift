internal import ArgumentParser
internal import MusterClient

extension RoleCommand {
  struct Rename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Gives a role another slug; its members stay.")

    @Argument(help: "Its slug.")
    var slug: String

    @Argument(help: "Its new slug: a-z, 0-9, _ and -.")
    var newSlug: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = RenameRoleRequest(
        workspace: connection.workspaceName, slug: slug, newSlug: newSlug)
      _ = try await connection.withClient { client in try await client.renameRole(request) }
      try EntryChanges.printRenamed(output, "role", slug, to: newSlug)
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Deletes a role that no member has.")

    @Argument(help: "Its slug.")
    var slug: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = DeleteRoleRequest(workspace: connection.workspaceName, slug: slug)
      try await connection.withClient { client in try await client.deleteRole(request) }
      try EntryChanges.printDeleted(output, "role", slug)
    }
  }
}
