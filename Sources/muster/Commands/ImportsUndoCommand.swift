internal import ArgumentParser
internal import MusterClient
internal import MusterCore

extension ImportsCommand {
  struct Undo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes back what an import did.",
      discussion: """
        Members that it made are deleted; members that it changed get back each field that still \
        holds what it wrote. What has changed since, an identifier that another member has by now \
        and a member's last identifier stay, and are listed. Interrupted, the same command goes on.

        At a terminal it asks first. Exit codes: 0 all is taken back, 2 something was kept, 1 \
        failed.
        """)

    @Flag(help: "Ask nothing.")
    var yes = false

    @OptionGroup var target: Target

    func run() async throws {
      let request = target.request
      let format = target.output.format
      let asks = !yes && Terminal.isTerminal(0) && Terminal.isTerminal(2)
      let summary = try await target.connection.withClient { client in
        if asks {
          let record = try await client.getImport(request)
          guard Confirmation.ask(Self.question(record)) else {
            throw CommandFailure("Nothing was undone.")
          }
        }
        return try await client.undoImport(request) { progress in
          guard format == .ndjson else { return }
          var object = JSONObject()
          object.add("type", "progress")
          object.add("import_id", request.importID)
          object.add(progress)
          try Listing.print(format, "", object)
        } kept: { fields in
          try Self.print(fields, format)
        }
      }
      try Self.print(summary, format)
      if summary.progress.kept > 0 { throw ExitCode(2) }
    }

    private static func question(_ record: ImportRecord) -> TerminalText {
      let counts = record.progress.counts
      return "Import \(record.importID) made \(NumberText.count(counts.created, "member")) and "
        + "changed members \(NumberText.count(counts.updated, "time")). Undo it?"
    }

    private static func print(_ fields: [KeptField], _ format: OutputFormat) throws {
      var sink = ByteSink.standardOutput()
      for field in fields {
        switch format {
        case .text:
          let what = field.column.map { ", \($0)" } ?? ""
          sink.append("Kept: member \(field.member)\(what): \(field.reason)")
        case .ndjson:
          var object = JSONObject()
          object.add("type", "kept")
          object.add("member", field.member)
          object.add("column", field.column)
          object.add("reason", field.reason)
          sink.append(object)
        }
      }
      try sink.flush()
    }

    private static func print(_ summary: UndoSummary, _ format: OutputFormat) throws {
      var object = JSONObject()
      object.add("type", "summary")
      object.add("import_id", summary.importID)
      object.add(summary.progress)
      object.add("workspace", summary.workspace)
      object.add("store", summary.store)
      let counts = summary.progress
      try Listing.print(
        format,
        "Import \(summary.importID) is undone: \(NumberText.count(counts.deleted, "member")) "
          + "deleted, \(NumberText.count(counts.restored, "change")) taken back, "
          + "\(NumberText.count(counts.kept)) kept.", object)
    }
  }
}
