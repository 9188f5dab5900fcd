internal import ArgumentParser
internal import MusterClient

/// `muster preview`, and `muster import --dry-run`.
struct PreviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Shows what an import would do, and changes nothing.",
    discussion: """
      The same as muster import --dry-run, with the same options: the real import, taken back. It \
      tells how many rows would create, update and change nothing, what would hold another value, \
      and every fault. Rejected rows are written to a file only with --rejects. A preview has at \
      most as many rows as the daemon allows (limits.spooledRows, 100,000).

      In a pipe, or with --output ndjson, each changed row is an object of the type change.

      Exit codes: 0 all rows would be stored, 2 some would be rejected, 1 failed, 64 a usage error.
      """)

  @OptionGroup var arguments: ImportArguments

  func run() async throws { try await Self.run(arguments) }

  /// Previews what the arguments name.
  static func run(_ arguments: ImportArguments) async throws {
    let run = try arguments.importRun(isPreview: true)
    let task = Task { try await run.dryRun() }
    run.interrupt.watch { task.cancel() }
    if try await !task.value { throw ExitCode(2) }
  }
}
