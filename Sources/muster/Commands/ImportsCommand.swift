internal import ArgumentParser
internal import MusterClient

/// `muster imports`.
struct ImportsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "imports", abstract: "Shows what became of imports.", subcommands: [Show.self])

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows one import.")

    @Argument(help: ArgumentHelp("The import's id.", valueName: "import-id"))
    var importID: ImportID

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
      let request = GetImportRequest(
        workspace: connection.workspaceName, importID: importID.text)
      let record = try await connection.withClient { client in
        try await client.getImport(request)
      }
      switch output.format {
      case .ndjson: try Listing.print(.ndjson, "", Self.object(record))
      case .text:
        var sink = ByteSink.standardOutput()
        sink.bytes = Self.table(record).bytes()
        try sink.flush()
      }
    }

    private static func object(_ record: ImportRecord) -> JSONObject {
      var object = JSONObject()
      object.add("import_id", record.importID)
      object.add("state", String(describing: record.state))
      object.add(record.progress)
      object.add("faults", record.progress.counts.faults)
      object.add("columns", record.columns)
      object.add("started_at", TimeText.utc(record.startedAt))
      object.add("finished_at", record.finishedAt == 0 ? nil : TimeText.utc(record.finishedAt))
      return object
    }

    private static func table(_ record: ImportRecord) -> Table {
      let counts = record.progress.counts
      var table = Table(header: ["IMPORT", record.importID])
      table.add(["state", String(describing: record.state)])
      table.add(["started", TimeText.utc(record.startedAt)])
      if record.finishedAt != 0 { table.add(["finished", TimeText.utc(record.finishedAt)]) }
      table.add(["received", NumberText.count(counts.received)])
      table.add(["committed", NumberText.count(record.progress.committed)])
      table.add(["created", NumberText.count(counts.created)])
      table.add(["updated", NumberText.count(counts.updated)])
      table.add(["unchanged", NumberText.count(counts.unchanged)])
      table.add(["rejected", NumberText.count(counts.rejected)])
      table.add(["repeats", NumberText.count(counts.repeats)])
      table.add(["identifier changes", NumberText.count(counts.identifierChanges)])
      table.add(["faults", NumberText.count(counts.faults)])
      table.add(["columns", record.columns.joined(separator: ", ")])
      return table
    }
  }
}
