internal import ArgumentParser
internal import MusterClient
internal import MusterFiles

/// What is imported and how, for an import and its preview.
struct ImportArguments: ParsableArguments {
  @Argument(help: "The CSV file; - is standard input.")
  var file: String

  @OptionGroup var rows: RowOptions

  @Option(help: ArgumentHelp("The file for rejected rows.", valueName: "file"))
  var rejects: String?

  @OptionGroup var target: TargetOptions

  @Flag(help: "Reject a row of a member that an earlier row has made or changed.")
  var rejectRepeats = false

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
    var options = rows.options
    options.rejectsRepeats = rejectRepeats
    options.faultsMax = maxFaults
    options.isAllOrNothing = allOrNothing
    var begin = BeginImport()
    begin.workspace = workspace
    begin.options = options
    begin.importID = importId?.text ?? ""
    return begin
  }
}
