internal import ArgumentParser
internal import MusterClient
internal import MusterCore

/// `muster imports`.
struct ImportsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "imports", abstract: "Shows, ends and undoes imports.",
    subcommands: [
      List.self, Show.self, Faults.self, Watch.self, Cancel.self, Undo.self,
    ])

  /// Which import, of which daemon.
  struct Target: ParsableArguments {
    @Argument(
      help: ArgumentHelp("Its id, a UUID; muster imports list shows it.", valueName: "import-id"))
    var importID: ImportID

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    var request: GetImportRequest {
      GetImportRequest(workspace: connection.workspaceName, importID: importID.text)
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows one import.")

    @OptionGroup var target: Target

    func run() async throws {
      let request = target.request
      let record = try await target.connection.withClient { client in
        try await client.getImport(request)
      }
      switch target.output.format {
      case .ndjson: try Listing.print(.ndjson, "", JSONObject(record))
      case .text:
        var sink = ByteSink.standardOutput()
        sink.append(Table(record))
        try sink.flush()
      }
    }
  }

  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends an import that is open or running.",
      discussion: """
        The rows that are durable stay; imports undo takes them back. The import cannot be gone on \
        with.
        """)

    @OptionGroup var target: Target

    func run() async throws {
      let request = target.request
      let record = try await target.connection.withClient { client in
        try await client.cancelImport(request)
      }
      let rows = NumberText.count(record.progress.committed, "row")
      try Listing.print(
        target.output.format,
        "Import \(record.importID) is cancelled, with \(rows) durable. To take them back: "
          + "muster imports undo \(record.importID)",
        JSONObject(record))
    }
  }
}
