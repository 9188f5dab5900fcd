internal import ArgumentParser
internal import MusterClient

extension LabelCommand {
  struct Rename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Gives a label another slug, in all members that carry it.")

    @Argument(help: "Its slug.")
    var slug: String

    @Argument(help: "Its new slug: a-z, 0-9, _ and -.")
    var newSlug: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = RenameLabelRequest(
        workspace: connection.workspaceName, slug: slug, newSlug: newSlug)
      let count = try await connection.withClient { client in
        try await client.renameLabel(request)
      }
      try EntryChanges.printRenamed(output, "label", slug, to: newSlug, members: count)
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Deletes a label that no member carries.")

    @Argument(help: "Its slug.")
    var slug: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = DeleteLabelRequest(workspace: connection.workspaceName, slug: slug)
      try await connection.withClient { client in try await client.deleteLabel(request) }
      try EntryChanges.printDeleted(output, "label", slug)
    }
  }
}
