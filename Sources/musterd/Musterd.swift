internal import ArgumentParser
internal import Glibc
internal import Logging
internal import MusterCore
internal import MusterServer
internal import MusterStore
internal import UnixSignals

/// The daemon: parses its arguments, wires the store to the server, and waits for a signal.
@main
struct Musterd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "musterd",
    abstract: "Imports members pushed by local services and the muster command.",
    discussion: """
      Serves gRPC on a Unix socket that only its own user and root may use. A data directory \
      belongs to one musterd. SIGTERM commits what is applied and stops.
      """)

  @Option(help: "The Unix socket to listen on (MUSTER_SOCKET).")
  var socket: String = Environment.value("MUSTER_SOCKET") ?? "/run/muster/muster.sock"

  @Option(help: "The directory that holds the workspaces (MUSTER_DATA).")
  var data: String = Environment.value("MUSTER_DATA") ?? "/var/lib/muster"

  @Option(help: "A JSON file with settings, such as {\"limits\": {\"rowsPerImport\": 0}}.")
  var config: String?

  func run() async throws {
    umask(0o077)
    // A full disk or a closed pipe is an error of a call, not the end of the daemon.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
    let logger = Logger(label: "musterd")
    do {
      let limits = try config.map { try Configuration.load($0).limits } ?? Limits()
      let stores = Stores(directory: try DataDirectory(path: data, limits: limits))
      try await serve(stores, limits, logger)
      await stores.directory.shutDown()
    } catch let error as StoreError {
      throw Failure(message: error.message)
    }
  }

  private func serve(_ stores: Stores, _ limits: Limits, _ logger: Logger) async throws {
    // Caught before anybody can connect: a signal that comes early is a stop like any other.
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    try await MusterServer.withServer(
      socketPath: socket, stores: stores, limits: limits, logger: logger
    ) { server in
      logger.info("serving", metadata: ["socket": "\(socket)", "data": "\(data)"])
      for await signal in signals {
        logger.info("stopping", metadata: ["signal": "\(signal)"])
        break
      }
      server.beginGracefulShutdown()
      Self.exitAfterDeadline(logger)
    }
  }

  /// Ends the process when a client keeps its call open: what is acknowledged is durable by then.
  private static func exitAfterDeadline(_ logger: Logger) {
    Task.detached {
      try? await Task.sleep(for: .seconds(8))
      logger.warning("stopped with calls open")
      Glibc.exit(0)
    }
  }
}

/// What the daemon could not do at its start; printed as one sentence.
struct Failure: Error, CustomStringConvertible {
  var message: String
  var description: String { message }
}

/// The process' environment.
enum Environment {
  /// The value of a variable that is set and not empty.
  static func value(_ name: String) -> String? {
    guard let text = unsafe getenv(name) else { return nil }
    let value = unsafe String(cString: text)
    return value.isEmpty ? nil : value
  }
}
