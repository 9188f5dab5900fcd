internal import ArgumentParser
internal import MusterClient

/// What is imported and how, for an import and its preview.
struct ImportArguments: ParsableArguments {
  @Argument(help: "The CSV file; - is standard input.")
  var file: String

  @Option(help: "The role of new members, by slug or id.")
  var role = "user"

  @Option(help: ArgumentHelp("The file for rejected rows.", valueName: "file"))
  var rejects: String?

  @Option(help: "What a cell of labels does: add to a member's labels, or replace them.")
  var labels = LabelsOption.add

  @Flag(
    help: """
      Trim cells, strip spaces, dashes, dots and brackets from phones, and take off the ' that \
      export --spreadsheet-safe puts before formulas.
      """)
  var normalize = false

  @Option(help: ArgumentHelp("A cell equal to it clears its field.", valueName: "text"))
  var clearToken: String?

  @Flag(help: "Reject a row that would change an identifier already set.")
  var strictIdentity = false

  @Flag(help: "Reject a row of a member that an earlier row has made or changed.")
  var rejectRepeats = false

  @Flag(help: "Ignore columns that nobody knows, instead of refusing the file.")
  var ignoreUnknownColumns = false

  @Flag(help: "Import every row or, if one has a fault, none.")
  var allOrNothing = false

  @Option(help: ArgumentHelp("Stop after so many faults, 1 or more; 0 never does.", valueName: "n"))
  var maxFaults: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "The import's id, a UUID; with that of one left open, goes on.",
      valueName: "uuid"))
  var importId: ImportID?

  @Flag(
    help: """
      Go on with the interrupted import of this file, or with that of --import-id; it begins if \
      there is none.
      """)
  var resume = false

  @Option(help: ArgumentHelp("The one byte between cells, or the word tab.", valueName: "c"))
  var delimiter = Delimiter.comma

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  /// What the import begins with; the columns are still missing.
  func begin(workspace: String) -> BeginImport {
    var options = ImportOptions()
    options.role = role
    options.labels = labels == .replace ? .replace : .add
    options.normalizes = normalize
    options.clearToken = clearToken.map { Array($0.utf8) }
    options.strictIdentity = strictIdentity
    options.rejectsRepeats = rejectRepeats
    options.ignoresUnknownColumns = ignoreUnknownColumns
    options.faultsMax = maxFaults
    options.isAllOrNothing = allOrNothing
    var begin = BeginImport()
    begin.workspace = workspace
    begin.options = options
    begin.importID = importId?.text ?? ""
    return begin
  }
}

/// The values of `--labels`.
enum LabelsOption: String, ExpressibleByArgument, CaseIterable {
  case add, replace
}
