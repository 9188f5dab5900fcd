import MusterTestSupport
import Testing

extension Installation {
  /// Runs a command at a pseudo-terminal.
  ///
  /// - Parameters:
  ///   - typed: What somebody types; it waits in the terminal until the command reads it.
  ///   - columns: How wide the terminal is.
  func runAtTerminal(
    _ arguments: String, typed: String? = nil, columns: Int = 100,
    environment: [String: String] = [:]
  ) async throws -> CommandResult {
    let script = try #require(Binaries.system("script"), "install bsdutils")
    let command =
      "stty cols \(columns); exec \(Binaries.muster) --socket \(socketPath) \(arguments)"
    let process = try RunningProcess(
      script, ["-qec", command, "/dev/null"],
      environment: environment.merging(["XDG_STATE_HOME": directory + "/state"]) { $1 },
      input: typed == nil ? .nothing : .pipe, directory: directory)
    defer { process.end() }
    if let typed { process.write(typed) }
    return await result(process)
  }
}
