internal import ArgumentParser
internal import MusterClient
internal import MusterCore
internal import MusterFiles
internal import Synchronization

/// `muster backup`.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copies a workspace into one file, while imports run.",
    discussion: """
      The file is an SQLite database without a log. It appears under its name when it is complete, \
      readable by its owner only. To restore it, stop the daemon, delete the workspace's files and \
      put the copy in their place; muster check FILE looks whether it is sound.
      """)

  @Option(
    help: ArgumentHelp("The file to write (default: WORKSPACE-backup.db here).", valueName: "file"))
  var to: String?

  @Flag(help: "Replace the file if it is there.")
  var replace = false

  @Flag(help: "Write the file that a symbolic link leads to, instead of refusing the link.")
  var follow = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let path = to ?? "\(connection.workspaceName)-backup.db"
    let target = try BackupTarget(
      path, TargetRule(follows: follow, replacesOwn: false, replacesOthers: replace))
    let request = BackUpWorkspaceRequest(workspace: connection.workspaceName)
    let summary = try await connection.withClient { client in
      try await client.backUpWorkspace(request) { progress in
        target.show(progress)
      } bytes: { bytes in
        try target.write(bytes)
      }
    }
    try target.complete()
    var object = JSONObject()
    object.add("type", "summary")
    object.add("bytes", summary.byteCount)
    object.add("members", summary.members)
    object.add("workspace", summary.workspace)
    object.add("store", summary.store)
    object.add("file", path)
    let sentence: TerminalText =
      "Copied workspace \(summary.workspace) with \(NumberText.count(summary.members, "member")) "
      + "into \(path) (\(NumberText.count(summary.byteCount, "byte")))."
    if target.isStandardOutput { return Diagnostics.note(sentence) }
    try Listing.print(output.format, sentence, object)
  }
}
