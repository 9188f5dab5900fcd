/// Where a user's private daemon keeps what it has.
///
/// Source: XDG Base Directory Specification 0.8.
package struct PrivatePaths: Equatable, Sendable {
  /// The data directory: the members.
  package var dataDirectory: String
  /// The directory of the socket.
  package var socketDirectory: String
  /// The directory of the log.
  package var stateDirectory: String
  /// The configuration, which need not be there.
  package var configurationFile: String

  /// Bytes of a path in `struct sockaddr_un`, without the NUL at its end.
  package static let socketPathBytesMax = 107

  /// The socket that the daemon is started on.
  package var socketPath: String { socketDirectory + "/muster.sock" }
  /// The daemon's standard error.
  package var logFile: String { stateDirectory + "/musterd.log" }
  /// The lock that every command holds while it uses the daemon, and the daemon takes to leave.
  package var useLock: String { Self.useLock(in: dataDirectory) }
  /// The lock of the one command that starts the daemon.
  package var startLock: String { dataDirectory + "/private.start" }
  /// The lock of the daemon that owns the data directory.
  package var dataLock: String { dataDirectory + "/lock" }
  /// Where the daemon writes who it is.
  package var record: String { Self.record(in: dataDirectory) }

  /// The use lock of a data directory.
  package static func useLock(in dataDirectory: String) -> String {
    dataDirectory + "/private.use"
  }

  /// The record of the daemon of a data directory.
  package static func record(in dataDirectory: String) -> String {
    dataDirectory + "/" + recordName
  }

  /// The name of that record.
  package static let recordName = "daemon"

  /// Decides them.
  ///
  /// - Throws: A refusal if the user has no home, or the socket's path would be too long.
  package init(_ surroundings: UserSurroundings) throws(PrivateDaemonRefusal) {
    func base(_ name: String, _ fallback: String) throws(PrivateDaemonRefusal) -> String {
      if let directory = surroundings.directory(name) { return directory }
      guard let home = surroundings.home() else {
        throw PrivateDaemonRefusal(
          "This user has no home directory for a private daemon; set HOME, or start musterd and "
            + "name its socket with --socket.")
      }
      return home + fallback
    }
    dataDirectory = try base("XDG_DATA_HOME", "/.local/share") + "/muster"
    stateDirectory = try base("XDG_STATE_HOME", "/.local/state") + "/muster"
    configurationFile = try base("XDG_CONFIG_HOME", "/.config") + "/muster/muster.json"
    // One of another user, left over from su or sudo, is as good as none.
    let runtime = surroundings.directory("XDG_RUNTIME_DIR")
      .flatMap { surroundings.isOwnDirectory($0) ? $0 : nil }
    socketDirectory = runtime.map { $0 + "/muster" } ?? stateDirectory
    let count = socketPath.utf8.count
    guard count <= Self.socketPathBytesMax else {
      throw PrivateDaemonRefusal(
        "The socket of a private daemon would be \(socketPath), which has \(count) bytes; at most "
          + "\(Self.socketPathBytesMax) fit. Set XDG_RUNTIME_DIR to a directory with a shorter "
          + "path that is yours alone, or start musterd and name its socket with --socket.")
    }
  }
}
