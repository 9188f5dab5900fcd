internal import ArgumentParser
internal import MusterClient

/// `muster role`.
struct RoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "role", abstract: "Makes and lists roles.",
    subcommands: [Create.self, List.self])

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

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = ListRolesRequest(workspace: connection.workspaceName)
      let roles = try await connection.withClient { client in
        try await client.listRoles(request)
      }
      var listing = Listing(output.format, header: ["ID", "ROLE"])
      for role in roles {
        try listing.add([String(role.id), role.slug], RoleCommand.object(role))
      }
      try listing.finish()
    }
  }

  private static func object(_ role: Role) -> JSONObject {
    var object = JSONObject()
    object.add("id", role.id)
    object.add("slug", role.slug)
    return object
  }
}
