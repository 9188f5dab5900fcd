internal import ArgumentParser
internal import MusterClient
internal import MusterCore

/// `muster role`.
struct RoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "role", abstract: "Makes, lists, renames and deletes roles.",
    subcommands: [Create.self, List.self, RenameEntry<Self>.self, DeleteEntry<Self>.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Makes a role.")

    @Argument(help: "Its slug: a-z, 0-9, _ and -.")
    var slug: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = CreateRoleRequest(workspace: connection.workspaceName, slug: slug)
      let role = try await connection.withClient { client in
        try await client.createRole(request)
      }
      try Listing.print(
        output.format, "Role \(role.slug) has the id \(role.id).", RoleCommand.object(role))
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists all roles.")

    @Flag(help: "Count the members that have each; it takes up to a second a million members.")
    var counts = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = ListRolesRequest(workspace: connection.workspaceName)
      let found = try await connection.withClient { client in
        counts
          ? try await client.countRoles(workspace: request.workspace)
          : ListRolesResponse(roles: try await client.listRoles(request))
      }
      var listing = Listing(
        output.format, header: counts ? ["ID", "ROLE", "MEMBERS"] : ["ID", "ROLE"])
      for (place, role) in found.roles.enumerated() {
        var object = RoleCommand.object(role)
        if counts { object.add("members", found.memberCounts[place]) }
        let cells = [String(role.id), role.slug]
        try listing.add(counts ? cells + [String(found.memberCounts[place])] : cells, object)
      }
      try listing.finish()
    }
  }

  static func object(_ role: Role) -> JSONObject {
    var object = JSONObject()
    object.add("id", role.id)
    object.add("slug", role.slug)
    return object
  }
}
