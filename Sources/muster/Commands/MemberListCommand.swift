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

    @Option(help: ArgumentHelp("How many at most; 0 lists all.", valueName: "n"))
    var limit = 100

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
      guard limit >= 0 else { throw ValidationError("The limit is below 0.") }
    }

    func run() async throws {
      let limit = limit == 0 ? Int.max : limit
      let first = ListMembersRequest(
        workspace: connection.workspaceName, role: role ?? "", labels: label, text: text ?? "",
        pageSize: UInt32(clamping: min(limit, CommandBounds.membersPerPage)))
      let format = output.format
      try await connection.withClient { client in
        var listing = Listing(
          format, header: ["ID", "ROLE", "EMAIL", "PHONE", "EXTERNAL ID", "NAME", "LABELS"])
        var request = first
        var left = limit
        repeat {
          let page = try await client.listMembers(request)
          for member in page.members.prefix(left) {
            try listing.add(Self.cells(member), JSONObject(member))
          }
          left -= min(left, page.members.count)
          request.pageToken = page.nextPageToken
        } while left > 0 && !request.pageToken.isEmpty
        try listing.finish()
        if left == 0 && !request.pageToken.isEmpty {
          Diagnostics.note("--limit \(limit) ended the list; --limit 0 lists all.")
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
