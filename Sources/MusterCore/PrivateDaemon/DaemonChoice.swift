/// Which daemon a command talks to.
package enum DaemonChoice: Equatable, Sendable {
  /// One whose socket somebody named; no other is tried.
  case named(socketPath: String)
  /// The system's, because this machine has a place for one.
  case system(socketPath: String)
  /// The user's own, started when it is needed.
  case ownPrivate(PrivatePaths)

  /// The directory of the system's daemon; where it is, no private daemon is started.
  package static let systemDirectory = "/run/muster"

  /// The variables that take part in the decision.
  package static let variables = [
    "MUSTER_SOCKET", "MUSTER_SYSTEM_DIRECTORY", "HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
    "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR",
  ]

  /// Decides it: a named socket, else the system's daemon where one belongs, else a private one.
  ///
  /// - Parameter socketOption: The path that stood behind `--socket`.
  /// - Throws: A refusal if only a private daemon is left, and has no place to be.
  package init(
    socketOption: String?, _ surroundings: UserSurroundings
  ) throws(PrivateDaemonRefusal) {
    let system = surroundings.directory("MUSTER_SYSTEM_DIRECTORY") ?? Self.systemDirectory
    if let path = socketOption ?? surroundings.value("MUSTER_SOCKET") {
      self = .named(socketPath: path)
    } else if surroundings.exists(system) {
      self = .system(socketPath: system + "/muster.sock")
    } else {
      self = .ownPrivate(try PrivatePaths(surroundings))
    }
  }
}
