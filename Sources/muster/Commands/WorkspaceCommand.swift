internal import ArgumentParser
internal import MusterClient
internal import MusterCore

/// `muster workspace`.
struct WorkspaceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workspace", abstract: "Makes, lists, renames and deletes workspaces.",
    subcommands: [Create.self, List.self, Rename.self, Delete.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a workspace with the roles manager and user.")

    @Argument(help: "Its name: a-z, 0-9, _ and -.")
    var name: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = CreateWorkspaceRequest(name: name)
      let made = try await connection.withClient { client in
        try await client.createWorkspace(request)
      }
      try Listing.print(
        output.format, "Workspace \(made.name) is stored in \(made.store).",
        WorkspaceCommand.object(made))
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists all workspaces.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let workspaces = try await connection.withClient { client in
        try await client.listWorkspaces()
      }
      var listing = Listing(output.format, header: ["WORKSPACE", "STORE"])
      for workspace in workspaces {
        try listing.add([workspace.name, workspace.store], WorkspaceCommand.object(workspace))
      }
      try listing.finish()
    }
  }

  static func object(_ workspace: WorkspaceEntry) -> JSONObject {
    var object = JSONObject()
    object.add("name", workspace.name)
    object.add("store", workspace.store)
    return object
  }
}
