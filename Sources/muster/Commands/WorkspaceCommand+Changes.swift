internal import ArgumentParser
internal import MusterClient
internal import MusterCore

extension WorkspaceCommand {
  struct Rename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Gives a workspace another name.",
      discussion: """
        Not while an import runs in it, or while it is exported. The workspace default keeps its \
        name.
        """)

    @Argument(help: "Its name.")
    var name: String

    @Argument(help: "Its new name: a-z, 0-9, _ and -.")
    var newName: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = RenameWorkspaceRequest(name: name, newName: newName)
      let renamed = try await connection.withClient { client in
        try await client.renameWorkspace(request)
      }
      var object = WorkspaceCommand.object(renamed)
      object.add("renamed_from", name)
      try Listing.print(
        output.format,
        "The workspace \(name) is called \(renamed.name) now, and stored in \(renamed.store).",
        object)
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Deletes a workspace and its file.",
      discussion: """
        One that has members is deleted only with --yes, or if the question that says how many is \
        answered with y. Nothing brings them back. Not while an import runs in it. The workspace \
        default stays.
        """)

    @Argument(help: "Its name.")
    var name: String

    @Flag(help: "Delete its members too, without a question.")
    var yes = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let (name, yes) = (name, yes)
      let count = try await connection.withClient { client in
        do {
          return try await client.deleteWorkspace(
            DeleteWorkspaceRequest(name: name, withMembers: yes))
        } catch let error as MusterClientError where error.reason == .inUse && !yes {
          guard Terminal.isTerminal(0), Terminal.isTerminal(2)
          else { throw error }
          guard Confirmation.ask("\(error.message) Delete \(name) with its members?") else {
            throw CommandFailure("Nothing was deleted.")
          }
          return try await client.deleteWorkspace(
            DeleteWorkspaceRequest(name: name, withMembers: true))
        }
      }
      var object = JSONObject()
      object.add("name", name)
      object.add("deleted", true)
      object.add("members", count)
      try Listing.print(
        output.format,
        "The workspace \(name) is deleted, with \(NumberText.count(count, "member")).", object)
    }
  }
}
