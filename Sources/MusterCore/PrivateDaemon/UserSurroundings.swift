/// What a command finds around it that decides which daemon it talks to.
///
/// The questions to the machine are closures, so that the decision itself touches nothing.
package struct UserSurroundings {
  /// The environment; a variable that is empty counts as not set.
  package var environment: [String: String]
  /// Whether anything stands at a path.
  package var exists: (String) -> Bool
  /// Whether a path is a directory of this user's that nobody else may write to.
  package var isOwnDirectory: (String) -> Bool
  /// The user's home by the system's list of users; asked only where HOME says nothing.
  package var listedHome: () -> String?

  /// Describes them.
  package init(
    environment: [String: String], exists: @escaping (String) -> Bool,
    isOwnDirectory: @escaping (String) -> Bool, listedHome: @escaping () -> String?
  ) {
    self.environment = environment
    self.exists = exists
    self.isOwnDirectory = isOwnDirectory
    self.listedHome = listedHome
  }

  /// A variable's value; nil if it is not set or empty.
  package func value(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A variable's value if it is an absolute path, without slashes at its end.
  ///
  /// Source: XDG Base Directory Specification, "Basics": relative paths are to be ignored.
  package func directory(_ name: String) -> String? { value(name).flatMap(Self.absolute) }

  /// The user's home: HOME, else what the system's list of users says.
  package func home() -> String? { directory("HOME") ?? listedHome().flatMap(Self.absolute) }

  /// Where this user's programs keep what lives longer than they do, and is no data: `muster` below
  /// `XDG_STATE_HOME`, or below `~/.local/state`; nil for a user without a home.
  package func stateDirectory() -> String? {
    (directory("XDG_STATE_HOME") ?? home().map { $0 + "/.local/state" }).map { $0 + "/muster" }
  }

  private static func absolute(_ path: String) -> String? {
    guard path.hasPrefix("/") else { return nil }
    var path = path
    while path.hasSuffix("/") { path.removeLast() }
    return path
  }
}

/// Why no daemon can be chosen or started: a full sentence with what to do.
package struct PrivateDaemonRefusal: Error, Equatable {
  /// The sentence.
  package var message: String

  /// Makes a refusal.
  package init(_ message: String) { self.message = message }
}
