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
        throw CommandFailure(error.message)
      }
    }
  }

  /// Connects to that daemon, which may have to be started first, and closes the connection after
  /// the closure.
  func withClient<Result: Sendable>(
    _ body: (MusterClient) async throws -> Result
  ) async throws -> Result {
    switch try daemon {
    case .named(let path), .system(let path):
      return try await withMusterClient(socketPath: path, body)
    case .ownPrivate(let paths):
      return try await Self.withClient(try await PrivateDaemon(paths).start(), body)
    }
  }

  /// Connects to that daemon if it runs; a private one that does not is a failure.
  func withRunningClient<Result: Sendable>(
    _ body: (MusterClient) async throws -> Result
  ) async throws -> Result {
    guard case .ownPrivate(let paths) = try daemon else { return try await withClient(body) }
    guard let hold = try await PrivateDaemon(paths).find() else {
      throw CommandFailure(
        "No private daemon runs; the next command that needs one starts it. Its data is in "
          + "\(paths.dataDirectory).")
    }
    return try await Self.withClient(hold, body)
  }

  private static func withClient<Result: Sendable>(
    _ hold: PrivateDaemon.Hold, _ body: (MusterClient) async throws -> Result
  ) async throws -> Result {
    defer { hold.end() }
    return try await withMusterClient(socketPath: hold.socketPath, body)
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
