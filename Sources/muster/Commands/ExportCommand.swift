internal import ArgumentParser
internal import MusterClient
internal import MusterCore
internal import MusterFiles

/// `muster export`.
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes members as CSV that imports again as it is.",
    discussion: """
      A file appears under its name when it is complete, readable by its owner only. A terminal \
      gets invisible characters escaped, as \\u{1B}; a file and a pipe get every byte. With a role \
      and labels, members are written that have all of them.

      A spreadsheet runs a cell as a formula that begins with =, +, -, @, a tab or a CR. \
      --spreadsheet-safe puts a ' in front of it, and of one that begins with such a ' already; \
      muster import --normalize takes it off again. A phone such as +15555550123 stays as it is.
      """)

  @Option(help: ArgumentHelp("The file to write (default: standard output).", valueName: "file"))
  var to: String?

  @Option(
    help: ArgumentHelp(
      "Columns to add, with commas between: id, role, created_at, updated_at.",
      valueName: "columns"),
    transform: ExportColumns.init)
  var with = ExportColumns()

  @Option(help: ArgumentHelp("Only members of this role, by slug or id.", valueName: "name"))
  var role: String?

  @Option(
    name: .customLong("label"),
    help: ArgumentHelp("Only members with this label; may be repeated.", valueName: "slug"))
  var labels: [String] = []

  @Flag(help: "Keep spreadsheets from running cells as formulas.")
  var spreadsheetSafe = false

  @Flag(help: "Escape nothing at a terminal.")
  var raw = false

  @OptionGroup var target: TargetOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let output = try ExportTarget(
      path: to, rule: target.rule, isSpreadsheetSafe: spreadsheetSafe, isRaw: raw)
    let request = ExportMembersRequest(
      workspace: connection.workspaceName, with: with.columns, role: role ?? "", labels: labels)
    try await connection.withClient { client in
      try await client.exportMembers(request) { columns in
        try output.write(header: columns)
      } chunk: { rows in
        try output.write(rows)
      }
    }
    let count = try output.complete()
    // Nobody who watches should wonder whether an empty answer was a success.
    if let to, output.isNewFile, Terminal.isTerminal(1) {
      let sentence: TerminalText = "Exported \(NumberText.count(count, "member")) to \(to)."
      try Listing.print(.text, sentence, JSONObject())
    }
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
      case "created_at": columns.append(.createdAt)
      case "updated_at": columns.append(.updatedAt)
      default:
        throw ValidationError(
          "There is no column '\(word)' to add; use id, role, created_at and updated_at.")
      }
    }
  }
}
