import Foundation
import MusterTestSupport

/// A daemon of the built binaries, with a directory of its own.
struct Installation: Sendable {
  let directory: String
  var socketPath: String { directory + "/s" }
  var dataPath: String { directory + "/data" }

  /// Runs a test with a daemon, and ends and removes everything.
  static func with<Result: Sendable>(
    config: String? = nil, _ body: (Installation, RunningProcess) async throws -> Result
  ) async throws -> Result {
    try await Gate.daemons.pass {
      try await serve(config, body)
    }
  }

  private static func serve<Result: Sendable>(
    _ config: String?, _ body: (Installation, RunningProcess) async throws -> Result
  ) async throws -> Result {
    try await withTemporaryDirectory { path in
      let installation = Installation(directory: path)
      if let config {
        try config.write(toFile: path + "/config.json", atomically: true, encoding: .utf8)
      }
      let daemon = try await installation.startDaemon()
      defer { daemon.end() }
      return try await body(installation, daemon)
    }
  }

  /// Starts a daemon, and waits until it serves.
  func startDaemon(environment: [String: String] = [:]) async throws -> RunningProcess {
    let daemon = try makeDaemon(environment: environment)
    guard await daemon.errors.line(containing: "serving") != nil else {
      daemon.end()
      throw TestFailure("The daemon does not serve: \(await daemon.errors.text())")
    }
    return daemon
  }

  /// Starts a daemon, whatever becomes of it.
  func makeDaemon(
    socketPath: String? = nil, dataPath: String? = nil, environment: [String: String] = [:]
  ) throws -> RunningProcess {
    var arguments = [
      "--socket", socketPath ?? self.socketPath, "--data", dataPath ?? self.dataPath,
    ]
    let config = directory + "/config.json"
    if FileManager.default.fileExists(atPath: config) { arguments += ["--config", config] }
    return try RunningProcess(Binaries.musterd, arguments, environment: environment)
  }

  /// Starts a command.
  func start(
    _ arguments: [String], input: RunningProcess.Input = .nothing,
    environment: [String: String] = [:]
  ) throws -> RunningProcess {
    try RunningProcess(
      Binaries.muster, arguments,
      environment: [
        "MUSTER_SOCKET": socketPath, "XDG_STATE_HOME": directory + "/state",
      ].merging(environment) { $1 }, input: input,
      directory: directory)
  }

  /// Runs a command to its end.
  @discardableResult func run(
    _ arguments: String..., input: RunningProcess.Input = .nothing,
    environment: [String: String] = [:]
  ) async throws -> CommandResult {
    try await result(start(arguments, input: input, environment: environment))
  }

  /// Runs a command with a text on its standard input, which is a pipe.
  @discardableResult func run(_ arguments: String..., text: String) async throws -> CommandResult {
    let process = try start(arguments, input: .pipe)
    process.write(text)
    process.closeInput()
    return await result(process)
  }

  func result(_ process: RunningProcess) async -> CommandResult {
    let code = await process.exitCode()
    return CommandResult(
      exitCode: code, output: await process.output.text(), errors: await process.errors.text())
  }

  /// Writes a file into the directory.
  func write(_ name: String, _ text: String) throws -> String {
    try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
    return "\(directory)/\(name)"
  }

  /// Copies a fixture into the directory, so that rejects files lie beside the copy.
  func fixture(_ name: String) throws -> String {
    let path = "\(directory)/\(name)"
    try FileManager.default.copyItem(atPath: Binaries.fixture(name), toPath: path)
    return path
  }

  /// The labels and the form of the guide.
  func makeGuideCatalogue() async throws {
    try await run("label", "create", "vip", "premium")
    try await run(
      "form", "create", "patient", "--field", "medical_id:text", "blood_type:choice=A+|B+|O+|O-")
  }

  /// The labels and the form that the generated fixtures use.
  func makeSurveyCatalogue() async throws {
    try await run(
      "label", "create", "vip", "donor", "volunteer", "board", "press", "staff", "alumni",
      "student", "sponsor", "partner", "lapsed", "newsletter", "event-2024", "event-2025", "north",
      "south", "east", "west", "trial", "premium")
    try await run(
      "form", "create", "survey", "--field", "color:choice=red|green|blue|black|white",
      "size:number")
  }

  /// Everything that is stored of the members: by SQLite's own tool where there is one.
  func dumpMembers() async throws -> String {
    if let sqlite = Binaries.system("sqlite3") {
      let dump = try RunningProcess(
        sqlite,
        ["-readonly", dataPath + "/workspaces/default.db", "SELECT * FROM member ORDER BY id"])
      return await result(dump).output
    }
    return try await run("export", "--with", "id,role").output
  }
}
