internal import ArgumentParser
internal import MusterClient
internal import MusterCore

/// `muster health`.
struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Asks the daemon whether it is well.",
    discussion: """
      It starts no private daemon, and waits up to 5 seconds for an answer. Exit codes: 0 it \
      serves, 1 it does not or nobody answers.
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let status = try await connection.withRunningClient(within: ClientBounds.healthTimeout) {
      client in
      try await client.health()
    }
    var object = JSONObject()
    object.add("status", Self.name(status))
    try Listing.print(output.format, "\(Self.name(status))", object)
    if status != .serving { throw ExitCode(1) }
  }

  /// The status under its name in the health protocol.
  private static func name(_ status: HealthCheckResponse.ServingStatus) -> String {
    switch status {
    case .unknown: "UNKNOWN"
    case .serving: "SERVING"
    case .notServing: "NOT_SERVING"
    case .serviceUnknown: "SERVICE_UNKNOWN"
    }
  }
}
