internal import ArgumentParser
internal import MusterClient
internal import MusterCore

/// `muster member`.
struct MemberCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "member", abstract: "Shows, lists and deletes members.",
    subcommands: [Get.self, List.self, Delete.self])

  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows one member.",
      discussion: """
        It is named by exactly one of its identifiers, or by its number. Exit code 1 if there is \
        no such member.
        """)

    @OptionGroup var member: MemberKeyOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = GetMemberRequest(workspace: connection.workspaceName, key: member.key)
      let snapshot = try await connection.withClient { client in
        try await client.getMember(request)
      }
      var sink = ByteSink.standardOutput()
      switch output.format {
      case .ndjson: sink.append(JSONObject(snapshot))
      case .text: sink.append(Table(snapshot))
      }
      try sink.flush()
    }
  }

  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Deletes one member.",
      discussion: """
        What imports would give back when they are undone, and the faults of rows about the \
        member, go too. Its number is not given to another. At a terminal it asks first. Exit \
        code 1 if there is no such member.
        """)

    @Flag(help: "Ask nothing.")
    var yes = false

    @OptionGroup var member: MemberKeyOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let workspace = connection.workspaceName
      let key = member.key
      let asks = !yes && Terminal.isTerminal(0) && Terminal.isTerminal(2)
      let id = try await connection.withClient { client in
        guard asks else { return try await client.deleteMember(key, workspace: workspace) }
        let found = try await client.getMember(GetMemberRequest(workspace: workspace, key: key))
        let name = [found.name, found.email, found.phone, found.externalID].first { !$0.isEmpty }
        guard Confirmation.ask("Delete member \(found.id), \(name ?? "")?") else {
          throw CommandFailure("Nothing was deleted.")
        }
        return try await client.deleteMember(.id(found.id), workspace: workspace)
      }
      var object = JSONObject()
      object.add("id", id)
      object.add("deleted", true)
      try Listing.print(output.format, "Member \(id) is deleted.", object)
    }
  }
}
