internal import ArgumentParser
internal import MusterClient

extension MemberCommand {
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists members in the order of their numbers.",
      discussion: "With several conditions, those that meet all of them.")

    @Option(help: ArgumentHelp("Only members with this role, by slug or id."))
    var role: String?

    @Option(help: ArgumentHelp("Only members with this label; may be given several times."))
    var label: [String] = []

    @Option(
      help: """
        Only members whose name, email, phone or external id has this in it; the case of ASCII \
        letters does not matter.
        """)
    var text: String?

    @OptionGroup var limit: ListLimit
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let limit = limit
      let first = ListMembersRequest(
        workspace: connection.workspaceName, role: role ?? "", labels: label, text: text ?? "",
        pageSize: UInt32(clamping: min(limit.countMax, CommandBounds.membersPerPage)))
      let format = output.format
      try await connection.withClient { client in
        let listing = Listing(
          format, header: ["ID", "ROLE", "EMAIL", "PHONE", "EXTERNAL ID", "NAME", "LABELS"])
        try await limit.print(listing) { token in
          var request = first
          request.pageToken = token
          let page = try await client.listMembers(request)
          return (page.members, page.nextPageToken)
        } row: { member in
          (Self.cells(member), JSONObject(member))
        }
      }
    }

    private static func cells(_ member: MemberSnapshot) -> [String] {
      [
        String(member.id), member.role, member.email, member.phone, member.externalID, member.name,
        member.labels.joined(separator: ","),
      ]
    }
  }
}
