internal import ArgumentParser
internal import MusterClient
internal import MusterCore
internal import MusterStore

/// `muster check`.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Verifies a workspace's store against every rule, and changes nothing.",
    discussion: """
      Without a file it asks the daemon, which goes on with imports meanwhile; what it says names \
      members by their numbers, never by a value. With a file it reads that store itself, such as \
      a backup, or one of a daemon that is stopped.

      Exit codes: 0 the store is sound, 2 something is wrong, 1 it could not be checked.
      """)

  @Argument(help: ArgumentHelp("A store's file (default: ask the daemon).", valueName: "file"))
  var file: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let printer = CheckPrinter(output.format)
    let summary = if let file { try await check(file, printer) } else { try await ask(printer) }
    try printer.finish(summary)
    if summary.findings > 0 { throw ExitCode(2) }
  }

  private func ask(_ printer: CheckPrinter) async throws -> CheckSummary {
    let request = CheckWorkspaceRequest(workspace: connection.workspaceName)
    return try await connection.withClient { client in
      try await client.checkWorkspace(request) { progress in
        try printer.show(progress)
      } finding: { finding in
        try printer.print(finding)
      }
    }
  }

  private func check(_ file: String, _ printer: CheckPrinter) async throws -> CheckSummary {
    let checker = StoreChecker(path: file)
    do {
      while let progress = try await checker.step() { try printer.show(progress) }
    } catch let error as StoreError {
      throw CommandFailure("\(error.message)")
    }
    for finding in checker.report.findings { try printer.print(finding) }
    return CheckSummary(checker.report, workspace: "", store: file)
  }
}
