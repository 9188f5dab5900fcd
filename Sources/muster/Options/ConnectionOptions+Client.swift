internal import Glibc
internal import MusterClient
internal import MusterCore

extension ConnectionOptions {
  /// The daemon that the options, the environment and the machine name.
  ///
  /// - Throws: `CommandFailure` if only a private daemon is left, and has no place to be.
  var daemon: DaemonChoice {
    get throws {
      do {
        return try DaemonChoice(socketOption: socket, Self.surroundings)
      } catch {
        throw CommandFailure("\(error.message)")
      }
    }
  }

  /// Connects to that daemon, which may have to be started first, and closes the connection after
  /// the closure.
  ///
  /// - Parameter limit: How long to wait for a daemon that does not answer; nil is what
  ///   MUSTER_RECONNECT_SECONDS says.
  func withClient<Result: Sendable>(
    within limit: Duration? = nil, _ body: (MusterClient) async throws -> Result
  ) async throws -> Result {
    let daemon = try daemon
    let limit = try limit ?? Self.answerLimit()
    switch daemon {
    case .named(let path), .system(let path):
      return try await Self.withClient(path, of: daemon, within: limit, body)
    case .ownPrivate(let paths):
      let hold = try await PrivateDaemon(paths).start()
      defer { hold.end() }
      return try await Self.withClient(hold.socketPath, of: daemon, within: limit, body)
    }
  }

  /// Connects to that daemon if it runs; a private one that does not is a failure.
  ///
  /// - Parameter limit: How long to wait for a daemon that does not answer.
  func withRunningClient<Result: Sendable>(
    within limit: Duration, _ body: (MusterClient) async throws -> Result
  ) async throws -> Result {
    let daemon = try daemon
    guard case .ownPrivate(let paths) = daemon else {
      return try await withClient(within: limit, body)
    }
    guard let hold = try await PrivateDaemon(paths).find() else {
      throw CommandFailure(
        "No private daemon runs; the next command that needs one starts it. Its data is in "
          + "\(paths.dataDirectory).")
    }
    defer { hold.end() }
    return try await Self.withClient(hold.socketPath, of: daemon, within: limit, body)
  }

  /// Connects to a daemon, and says what it waits for if that takes long.
  private static func withClient<Result: Sendable>(
    _ socketPath: String, of daemon: DaemonChoice, within limit: Duration,
    _ body: (MusterClient) async throws -> Result
  ) async throws -> Result {
    let notice = WaitingNotice(daemon)
    let fullLimit = min(limit, .seconds(Int64(try reconnectSeconds())))
    let patience = Patience(limit: limit, fullLimit: fullLimit) { cause in
      notice.print(cause, limit: cause == .full ? fullLimit : limit)
    }
    do {
      return try await withMusterClient(socketPath: socketPath, patience: patience, body)
    } catch {
      throw notice.explained(error)
    }
  }

  /// How long a command tries to reach a daemon that is gone, in seconds; 0 is never.
  ///
  /// - Throws: `CommandFailure` if MUSTER_RECONNECT_SECONDS is no number of seconds.
  static func reconnectSeconds() throws -> UInt32 {
    guard let text = environment("MUSTER_RECONNECT_SECONDS") else {
      return CommandBounds.reconnectSeconds
    }
    guard let seconds = UInt32(text) else {
      throw CommandFailure(
        "MUSTER_RECONNECT_SECONDS is '\(text)'; it needs a whole number of seconds.")
    }
    return seconds
  }

  /// How long a command waits for the first word of a daemon: who tries nothing twice still has to
  /// wait for one that is just being started.
  private static func answerLimit() throws -> Duration {
    let seconds = try reconnectSeconds()
    return .seconds(Int64(seconds == 0 ? CommandBounds.firstAnswerSeconds : seconds))
  }

  /// What the environment and the machine say.
  static var surroundings: UserSurroundings {
    let variables = DaemonChoice.variables.compactMap { name in
      environment(name).map { (name, $0) }
    }
    return UserSurroundings(
      environment: Dictionary(uniqueKeysWithValues: variables), exists: exists,
      isOwnDirectory: OwnDirectory.isOwn, listedHome: listedHome)
  }

  /// Whether anything stands at a path; what cannot be looked at counts as there.
  private static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR)
  }

  /// The home of this user in the system's list of users.
  private static func listedHome() -> String? {
    guard let entry = unsafe getpwuid(geteuid()), let home = unsafe entry.pointee.pw_dir else {
      return nil
    }
    return unsafe String(cString: home)
  }
}
