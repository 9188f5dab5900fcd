internal import ArgumentParser
internal import MusterClient

/// `muster label`.
struct LabelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "label", abstract: "Makes, lists, renames and deletes labels.",
    subcommands: [Create.self, List.self, RenameEntry<Self>.self, DeleteEntry<Self>.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes labels; those that exist stay.")

    @Argument(help: "Their slugs: a-z, 0-9, _ and -.")
    var slugs: [String]

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = CreateLabelsRequest(workspace: connection.workspaceName, slugs: slugs)
      let result = try await connection.withClient { client in
        try await client.createLabels(request)
      }
      var listing = Listing(output.format, header: ["LABEL", ""])
      for slug in result.created { try listing.add([slug, "created"], Self.object(slug, true)) }
      for slug in result.existing { try listing.add([slug, "existed"], Self.object(slug, false)) }
      try listing.finish()
    }

    private static func object(_ slug: String, _ isCreated: Bool) -> JSONObject {
      var object = JSONObject()
      object.add("slug", slug)
      object.add("created", isCreated)
      return object
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists all labels.")

    @Flag(help: "Count the members that carry each; it takes up to a second a million members.")
    var counts = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = ListLabelsRequest(workspace: connection.workspaceName)
      let found = try await connection.withClient { client in
        counts
          ? try await client.countLabels(workspace: request.workspace)
          : ListLabelsResponse(slugs: try await client.listLabels(request))
      }
      var listing = Listing(output.format, header: counts ? ["LABEL", "MEMBERS"] : ["LABEL"])
      for (place, slug) in found.slugs.enumerated() {
        var object = JSONObject()
        object.add("slug", slug)
        if counts { object.add("members", found.memberCounts[place]) }
        try listing.add(counts ? [slug, String(found.memberCounts[place])] : [slug], object)
      }
      try listing.finish()
    }
  }
}
