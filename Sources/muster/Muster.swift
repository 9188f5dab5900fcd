internal import ArgumentParser
internal import Glibc
internal import MusterCore

/// The `muster` command.
@main
struct Muster: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "muster",
    abstract: "Imports members into a local musterd, and exports them again.",
    discussion: """
      Exit codes: 0 all went well, 1 failed, 2 an import finished with rejected rows, 64 a usage \
      error. In a pipe, lists and events are printed as JSON, one object a line.

      With no socket named, and no /run/muster on this machine, a command starts a private daemon \
      for its user. It leaves when no command has needed it for 60 seconds \
      (MUSTER_PRIVATE_IDLE_SECONDS). Its members are in $XDG_DATA_HOME/muster \
      (~/.local/share/muster), its log is in $XDG_STATE_HOME/muster (~/.local/state/muster), and \
      $XDG_CONFIG_HOME/muster/muster.json (~/.config/muster/muster.json) is its configuration if \
      it is there. health starts none.
      """,
    version: MusterVersion.current,
    subcommands: [
      ImportCommand.self, PreviewCommand.self, ExportCommand.self, SignupCommand.self,
      MemberCommand.self, LabelCommand.self, RoleCommand.self, FormCommand.self,
      WorkspaceCommand.self, ImportsCommand.self, CheckCommand.self, BackupCommand.self,
      HealthCommand.self,
    ])

  @OptionGroup var connection: ConnectionOptions

  static func main() async {
    StandardStreams.fill()
    // A reader that went away is a failed write with a reason, not a sudden end.
    signal(SIGPIPE, SIG_IGN)
    do {
      let arguments = CommandArguments.leading(CommandLine.arguments)
      UnknownCommand.refuse(arguments, to: self)
      var command = try parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      ParserMessage.exit(self, with: Diagnostics.reported(error))
    }
  }
}
