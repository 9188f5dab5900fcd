internal import ArgumentParser
internal import MusterClient
internal import MusterCore
internal import Synchronization

extension ImportsCommand {
  struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tells how an import stands until it is over.",
      discussion: """
        Exit codes: 0 it finished and all rows are stored, 2 it finished with rejected rows, 1 it \
        ended otherwise.
        """)

    @OptionGroup var target: Target

    func run() async throws {
      let request = target.request
      let format = target.output.format
      let last = Mutex<ImportRecord?>(nil)
      try await target.connection.withClient { client in
        try await client.watchImport(request) { record in
          last.withLock { $0 = record }
          let isOver = record.state.isOver && record.state != .undoing
          try Listing.print(
            format, Self.sentence(record),
            JSONObject(record, type: isOver ? "summary" : "progress"))
        }
      }
      guard let record = last.withLock({ $0 }), [.finished, .refused].contains(record.state) else {
        throw ExitCode(1)
      }
      if record.progress.counts.rejected > 0 { throw ExitCode(2) }
    }

    private static func sentence(_ record: ImportRecord) -> TerminalText {
      let counts = record.progress.counts
      let rows = [
        ("created", counts.created), ("updated", counts.updated), ("unchanged", counts.unchanged),
        ("rejected", counts.rejected),
      ].map { "\(NumberText.count($0.1)) \($0.0)" }.joined(separator: ", ")
      let durable = NumberText.count(record.progress.committed, "row")
      return "\(record.state): \(durable) durable, \(rows)"
    }
  }
}
