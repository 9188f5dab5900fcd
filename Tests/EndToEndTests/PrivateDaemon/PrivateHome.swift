import Foundation
import MusterTestSupport

/// A user's directories on a machine without a system daemon, for commands that start their own.
struct PrivateHome: Sendable {
  let directory: String
  var data: String { directory + "/data/muster" }
  var socket: String { directory + "/run/muster/muster.sock" }
  var log: String { directory + "/state/muster/musterd.log" }
  var environment: [String: String]

  /// Runs a test with new directories, and ends the daemons that were started in them.
  static func with<Result: Sendable>(
    idleSeconds: Int = 60, _ body: (PrivateHome) async throws -> Result
  ) async throws -> Result {
    try await Gate.daemons.pass {
      try await withTemporaryDirectory { path in
        let home = PrivateHome(directory: path, idleSeconds: idleSeconds)
        try FileManager.default.createDirectory(
          atPath: path + "/run", withIntermediateDirectories: false,
          attributes: [.posixPermissions: 0o700])
        do {
          let result = try await body(home)
          try await home.endDaemon()
          return result
        } catch {
          try? await home.endDaemon()
          throw error
        }
      }
    }
  }

  init(directory: String, idleSeconds: Int) {
    self.directory = directory
    environment = [
      "HOME": directory + "/home", "XDG_DATA_HOME": directory + "/data",
      "XDG_STATE_HOME": directory + "/state", "XDG_CONFIG_HOME": directory + "/config",
      "XDG_RUNTIME_DIR": directory + "/run", "MUSTER_SYSTEM_DIRECTORY": directory + "/no-system",
      "MUSTER_PRIVATE_IDLE_SECONDS": "\(idleSeconds)",
    ]
  }

  /// Starts a command.
  func start(
    _ arguments: [String], input: RunningProcess.Input = .nothing,
    environment changes: [String: String] = [:], program: String = Binaries.muster
  ) throws -> RunningProcess {
    try RunningProcess(
      program, arguments, environment: environment.merging(changes) { $1 }, input: input,
      directory: directory)
  }

  /// Runs a command to its end.
  @discardableResult func run(
    _ arguments: String..., environment: [String: String] = [:]
  ) async throws -> CommandResult {
    await result(try start(arguments, environment: environment))
  }

  func result(_ process: RunningProcess) async -> CommandResult {
    let code = await process.exitCode()
    return CommandResult(
      exitCode: code, output: await process.output.text(), errors: await process.errors.text())
  }

  /// Writes a file into the directory, and the directories above it.
  func write(_ name: String, _ text: String) throws -> String {
    let path = "\(directory)/\(name)"
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  func mode(_ path: String) throws -> Int {
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    return (mode as? NSNumber)?.intValue ?? -1
  }

  /// How many daemons have served so far.
  func startCount() throws -> Int {
    try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
      .count { $0.hasSuffix("serving") }
  }

  /// The process that owns the data directory; nil if none does.
  func daemonID() -> Int32? {
    guard isRunning,
      let text = try? String(contentsOfFile: data + "/daemon", encoding: .utf8)
    else { return nil }
    let processID = text.split(separator: " ").first.flatMap { Int32($0) }
    guard let processID,
      let words = try? String(contentsOfFile: "/proc/\(processID)/cmdline", encoding: .utf8),
      words.contains(data)
    else { return nil }
    return processID
  }

  /// Whether a daemon owns the data directory.
  var isRunning: Bool {
    let lock = unsafe open(data + "/lock", O_RDONLY | O_CLOEXEC)
    guard lock >= 0 else { return false }
    defer { close(lock) }
    return flock(lock, LOCK_SH | LOCK_NB) != 0
  }

  /// Waits until something is so; there is no event for what another process does to files.
  func wait(
    until isSo: @autoclosure () -> Bool, _ what: String, for limit: Duration = .seconds(60)
  ) async throws {
    let deadline = ContinuousClock.now + limit
    while !isSo() {
      guard ContinuousClock.now < deadline else { throw TestFailure("Not in time: \(what)") }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Kills the daemon, if one runs, and waits until it is gone.
  func endDaemon() async throws {
    var isGone = false
    func kill() -> Bool {
      if let processID = daemonID() { Glibc.kill(processID, SIGKILL) }
      isGone = !isRunning
      return isGone
    }
    try await wait(until: kill(), "the daemon in \(directory) is gone")
  }
}
