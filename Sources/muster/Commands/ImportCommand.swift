internal import ArgumentParser
internal import MusterClient
internal import MusterCore
internal import MusterFiles

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
       An existing file of yours is replaced, another user's with --replace; a symbolic link is \
      followed with --follow. Correct the rows there and import that file.

      When the daemon is restarted or the connection breaks, the import goes on as soon as the \
      daemon is back; after 30 seconds (MUSTER_RECONNECT_SECONDS) it gives up. Interrupted \
      (Ctrl-C), it says how many rows are durable and how to go on: the same command goes on where \
      a file stopped, after a crash too. The import's id is kept in $XDG_STATE_HOME/muster/imports \
      (~/.local/state/muster/imports) until it is finished.

      At a terminal it first shows a preview, the real import without its effect, and asks; --yes \
      leaves both out. A file with more rows than a preview may have (limits.spooledRows) is asked \
      about without one. --dry-run, the same as muster preview, stops there.

      With --all-or-nothing one row with a fault refuses the whole file: nothing is imported, and \
      all faults are listed.

      Exit codes: 0 all rows stored, 2 finished with rejected rows, 1 failed or interrupted, 64 a \
      usage error.
      """)

  @OptionGroup var arguments: ImportArguments

  @Flag(help: "Show no preview and ask nothing.")
  var yes = false

  @Flag(help: "Stop after the preview; nothing is changed.")
  var dryRun = false

  func run() async throws {
    if dryRun { return try await PreviewCommand.run(arguments) }
    let run = try arguments.importRun()
    let asks =
      !yes && run.format == .text && Terminal.isTerminal(0) && Terminal.isTerminal(1)
    let task = Task { try await run.run(asks: asks) }
    run.interrupt.watch { task.cancel() }
    if try await !task.value { throw ExitCode(2) }
  }
}

extension ImportArguments {
  /// The run of an import.
  ///
  /// - Parameter isPreview: Whether rejected rows are only written to a file that the caller named.
  func importRun(isPreview: Bool = false) throws -> ImportRun {
    let input = try InputFile(file)
    let rejectsTarget =
      isPreview && rejects == nil
      ? RejectsTarget.none
      : try RejectsTarget(
        named: rejects, source: file, input: input, rule: target.rule)
    return ImportRun(
      begin: begin(workspace: connection.workspaceName), input: input, rejects: rejectsTarget,
      delimiter: delimiter.byte, format: output.format, connection: connection, resumes: resume,
      reconnectSeconds: try ConnectionOptions.reconnectSeconds())
  }
}
