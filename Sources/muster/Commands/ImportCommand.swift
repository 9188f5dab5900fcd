internal import ArgumentParser
internal import MusterClient

/// `muster import`.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Imports members from a CSV file or a pipe.",
    discussion: """
      The first line names the columns: email, phone, external_id (at least one of them), name, \
      description, date_of_birth, labels, notify_email, notify_sms, notify_voice, form.FORM.FIELD; \
      columns that begin with _ are ignored.

      A file is read once before anything is sent; if it is broken as a whole, nothing is imported.\
       From a pipe, the rows before such a place stay.

      Rows with a fault are rejected and change nothing; all others are stored. Rejected rows are \
      written to a rejects file, with the columns _line and _error before their own cells: for \
      members.csv that is members.rejects.csv beside it, for a pipe the file of --rejects, or none.\
       An existing file is replaced. Correct the rows there and import that file.

      When the daemon is restarted or the connection breaks, the import goes on as soon as the \
      daemon is back; after 30 seconds (MUSTER_RECONNECT_SECONDS) it gives up. Interrupted \
      (Ctrl-C), it says how many rows are durable and how to go on: the same command goes on where \
      a file stopped, after a crash too. The import's id is kept in $XDG_STATE_HOME/muster/imports \
      (~/.local/state/muster/imports) until it is finished.

      Exit codes: 0 all rows stored, 2 finished with rejected rows, 1 failed or interrupted, 64 a \
      usage error.
      """)

  @Argument(help: "The CSV file; - is standard input.")
  var file: String

  @Option(help: "The role of new members, by slug or id.")
  var role = "user"

  @Flag(help: "Ask nothing.")
  var yes = false

  @Option(help: ArgumentHelp("The file for rejected rows.", valueName: "file"))
  var rejects: String?

  @Option(help: "What a cell of labels does: add to a member's labels, or replace them.")
  var labels = LabelsOption.add

  @Flag(help: "Trim cells, and strip spaces, dashes, dots and brackets from phones.")
  var normalize = false

  @Option(help: ArgumentHelp("A cell equal to it clears its field.", valueName: "text"))
  var clearToken: String?

  @Flag(help: "Reject a row that would change an identifier already set.")
  var strictIdentity = false

  @Flag(help: "Reject a second row of the same person.")
  var rejectRepeats = false

  @Flag(help: "Ignore columns that nobody knows, instead of refusing the file.")
  var ignoreUnknownColumns = false

  @Option(help: ArgumentHelp("Stop after so many faults.", valueName: "n"))
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

  @Option(help: ArgumentHelp("The byte between cells, or tab.", valueName: "c"))
  var delimiter = Delimiter.comma

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let input = try InputFile(file)
    let run = ImportRun(
      begin: begin, input: input,
      rejects: try RejectsTarget(named: rejects, source: file, input: input),
      delimiter: delimiter.byte, format: output.format, connection: connection, resumes: resume,
      reconnectSeconds: try Self.reconnectSeconds())
    let task = Task { try await run.run() }
    run.interrupt.watch { task.cancel() }
    if try await !task.value { throw ExitCode(2) }
  }

  private static func reconnectSeconds() throws -> UInt32 {
    guard let text = ConnectionOptions.environment("MUSTER_RECONNECT_SECONDS") else {
      return CommandBounds.reconnectSeconds
    }
    guard let seconds = UInt32(text) else {
      throw CommandFailure(
        "MUSTER_RECONNECT_SECONDS is '\(text)'; it needs a whole number of seconds.")
    }
    return seconds
  }

  private var begin: BeginImport {
    var options = ImportOptions()
    options.role = role
    options.labels = labels == .replace ? .replace : .add
    options.normalizes = normalize
    options.clearToken = clearToken.map { Array($0.utf8) }
    options.strictIdentity = strictIdentity
    options.rejectsRepeats = rejectRepeats
    options.ignoresUnknownColumns = ignoreUnknownColumns
    options.faultsMax = maxFaults
    var begin = BeginImport()
    begin.workspace = connection.workspaceName
    begin.options = options
    begin.importID = importId?.text ?? ""
    return begin
  }
}

/// The values of `--labels`.
enum LabelsOption: String, ExpressibleByArgument, CaseIterable {
  case add, replace
}
