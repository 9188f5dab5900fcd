internal import ArgumentParser
internal import MusterClient

extension FormCommand {
  struct Rename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Gives a form another slug, in all members that have values of it.")

    @Argument(help: "Its slug.")
    var slug: String

    @Argument(help: "Its new slug: a-z, 0-9, _ and -.")
    var newSlug: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = RenameFormRequest(
        workspace: connection.workspaceName, slug: slug, newSlug: newSlug)
      let changed = try await connection.withClient { client in
        try await client.renameForm(request)
      }
      try EntryChanges.printRenamed(
        output, "form", slug, to: newSlug, members: changed.memberCount)
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Deletes a form that no member has values of.")

    @Argument(help: "Its slug.")
    var slug: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = DeleteFormRequest(workspace: connection.workspaceName, slug: slug)
      try await connection.withClient { client in try await client.deleteForm(request) }
      try EntryChanges.printDeleted(output, "form", slug)
    }
  }
}
