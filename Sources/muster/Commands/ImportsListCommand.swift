internal import ArgumentParser
internal import MusterClient
internal import MusterCore

extension ImportsCommand {
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists imports, the newest first.")

    @Option(
      help: ArgumentHelp(
        "Only imports in this state: running, open, finished, refused, stopped, cancelled, expired,"
          + " undoing or undone; may be given several times.", valueName: "state"))
    var state: [StateArgument] = []

    @OptionGroup var limit: ListLimit
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let limit = limit
      let first = ListImportsRequest(
        workspace: connection.workspaceName, states: state.map(\.state))
      let header = ["IMPORT", "STATE", "STARTED", "RECEIVED", "CREATED", "UPDATED", "REJECTED"]
      let format = output.format
      try await connection.withClient { client in
        try await limit.print(Listing(format, header: header)) { token in
          var request = first
          request.pageToken = token
          let page = try await client.listImports(request)
          return (page.imports, page.nextPageToken)
        } row: { record in
          (Self.cells(record), JSONObject(record))
        }
      }
    }

    private static func cells(_ record: ImportRecord) -> [String] {
      let counts = record.progress.counts
      return [
        record.importID, String(describing: record.state), TimeText.utc(record.startedAt),
        NumberText.count(counts.received), NumberText.count(counts.created),
        NumberText.count(counts.updated), NumberText.count(counts.rejected),
      ]
    }
  }

  struct Faults: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the faults of an import's rejected rows.",
      discussion: """
        The daemon keeps them for a time (limits.faultDays), and of each import only so many \
        (limits.ledgerFaults).
        """)

    @OptionGroup var target: Target

    func run() async throws {
      let request = target.request
      let format = target.output.format
      try await target.connection.withClient { client in
        let record = try await client.getImport(request)
        let listing = SharedListing(
          Listing(format, header: ["ROW", "COLUMN", "FAULT", "HINT"]))
        try await client.listFaults(request) { faults in
          for fault in faults { try listing.add(fault) }
        }
        try listing.finish()
        let found = record.progress.counts.faults
        guard listing.count < found else { return }
        let listed = NumberText.count(listing.count)
        Diagnostics.note("The daemon still has \(listed) of \(NumberText.count(found, "fault")).")
      }
    }
  }
}

/// A state as the command line names it.
struct StateArgument: ExpressibleByArgument {
  var state: ImportRecord.State

  private static let all: [ImportRecord.State] = [
    .running, .open, .finished, .refused, .stopped, .cancelled, .expired, .undoing, .undone,
  ]

  init?(argument: String) {
    guard let state = Self.all.first(where: { String(describing: $0) == argument }) else {
      return nil
    }
    self.state = state
  }
}
