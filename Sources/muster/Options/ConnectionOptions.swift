internal import ArgumentParser
internal import Glibc

/// Which daemon, and which of its workspaces.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The daemon's socket (MUSTER_SOCKET; default: /run/muster/muster.sock where /run/muster is, "
        + "else a private daemon's).", valueName: "path"))
  var socket: String?

  @Option(
    help: ArgumentHelp("The workspace (MUSTER_WORKSPACE; default: default).", valueName: "name"))
  var workspace: String?

  /// The workspace's name: the option, else the environment, else "default".
  var workspaceName: String { workspace ?? Self.environment("MUSTER_WORKSPACE") ?? "default" }

  /// A variable of the environment; one that is empty counts as not set.
  static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }
}
