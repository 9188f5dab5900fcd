internal import ArgumentParser
internal import MusterClient

/// `muster export`.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes all members as CSV that imports again as it is.",
    discussion: """
      A file appears under its name when it is complete, readable by its owner only.
      """)

  @Option(help: ArgumentHelp("The file to write (default: standard output).", valueName: "file"))
  var to: String?

  @Option(
    help: ArgumentHelp("Columns to add: id, role or id,role.", valueName: "columns"),
    transform: ExportColumns.init)
  var with = ExportColumns()

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let target = try ExportTarget(path: to)
    let request = ExportMembersRequest(
      workspace: connection.workspaceName, with: with.columns)
    try await connection.withClient { client in
      try await client.exportMembers(request) { columns in
        try target.write(header: columns)
      } chunk: { rows in
        try target.write(rows)
      }
    }
    try target.complete()
  }
}

/// The columns that `--with` names.
struct ExportColumns {
  var columns: [ExportColumn] = []

  init() {}

  init(_ argument: String) throws {
    for word in argument.split(separator: ",") {
      switch word {
      case "id": columns.append(.id)
      case "role": columns.append(.role)
      default: throw ValidationError("There is no column '\(word)' to add; use id and role.")
      }
    }
  }
}
