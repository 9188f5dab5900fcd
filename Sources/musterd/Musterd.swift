internal import ArgumentParser
internal import Dispatch
internal import Glibc
internal import Logging
internal import MusterCore
internal import MusterFaults
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
      Serves gRPC on a Unix socket that its own user and root may use, and whom the policy of its \
      configuration lets in. A data directory belongs to one musterd. SIGTERM commits what is \
      applied and stops; SIGHUP reads the policy again. A socket that systemd \
      hands over (LISTEN_FDS) is used instead of making one, and systemd is told READY=1, \
      STOPPING=1 and, if it has a watchdog, WATCHDOG=1.
      """,
    version: MusterVersion.current)

  @Option(help: "The Unix socket to listen on, unless systemd hands one over (MUSTER_SOCKET).")
  var socket: String = Environment.value("MUSTER_SOCKET") ?? "/run/muster/muster.sock"

  @Option(help: "The directory that holds the workspaces (MUSTER_DATA).")
  var data: String = Environment.value("MUSTER_DATA") ?? "/var/lib/muster"

  @Option(help: "A JSON file with settings, such as {\"limits\": {\"rowsPerImport\": 0}}.")
  var config: String?

  @Option(
    help: ArgumentHelp(
      "Check a configuration as a start would, say in one line whether it can be used, and end.",
      valueName: "file"))
  var checkConfig: String?

  @Option(
    help: ArgumentHelp(
      "Leave when no connection has been open for so long, and no muster command is at work "
        + "(default: never). The commands start their private daemon with it.",
      valueName: "seconds"))
  var exitWhenIdle: UInt32?

  /// What the daemon and its failed start have to say.
  private static let log = LogQueue(descriptor: 2)

  static func main() async {
    AllocatorSettings.apply()
    // A full disk or a closed pipe is an error of a call, not the end of the daemon.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    do {
      let arguments = Array(ProcessArguments.all().dropFirst())
      guard var command = try parseAsRoot(arguments) as? Musterd else {
        throw CleanExit.helpRequest()
      }
      try await command.run()
    } catch {
      // Help and version are asked for by people. A reason to end has to end the process, also
      // where nobody reads it.
      guard exitCode(for: error) != .success else { exit(withError: error) }
      log.add(fullMessage(for: error) + "\n")
      end(exitCode(for: error).rawValue)
    }
    end(0)
  }

  /// Ends the process with the last lines of the log, if somebody reads them.
  private static func end(_ code: Int32) -> Never {
    log.flush()
    Glibc.exit(code)
  }

  mutating func run() async throws {
    umask(0o077)
    if let checkConfig { return try Self.check(checkConfig) }
    // Before the policy is read at all: what comes meanwhile has it read again.
    let hangups = await UnixSignalsSequence(trapping: .sighup)
    let descriptors = try Self.raiseDescriptorLimit()
    LoggingSystem.bootstrap { Self.log.handler(label: $0) }
    let logger = Logger(label: "musterd")
    do {
      let config = config.map(Self.absolute)
      var settings = try config.map { try Configuration.load($0) } ?? Configuration()
      settings.budget.fit(descriptors: descriptors)
      let directory = try DataDirectory(
        path: data, limits: settings.limits, budget: settings.budget
      ) { WorkspaceLog(logger: logger).write($0) }
      let stores = Stores(directory: directory)
      try await serve(stores, settings, PolicyReload(hangups, path: config, logger), logger)
      await stores.directory.shutDown()
    } catch let error as StoreError {
      throw Failure(message: error.message)
    }
  }

  /// Says whether a settings file can be used: on standard output, or as the error of a start.
  private static func check(_ path: String) throws {
    let settings = try Configuration.load(path)
    let count = settings.rules.count
    print("The configuration \(path) can be used: \(count) \(count == 1 ? "rule" : "rules").")
  }

  /// Takes as many file descriptors as the system allows: the usual limit of 1,024 is for programs
  /// that use select(), and would bound the connections instead of our own bound.
  ///
  /// - Returns: How many it may have.
  /// - Throws: A `Failure` if the system allows fewer than the documented connections need: a
  ///   daemon that starts all the same would fail its callers later, without a word.
  private static func raiseDescriptorLimit() throws -> Int {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard unsafe getrlimit(resource, &limit) == 0 else { return 0 }
    limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, descriptorsMax))
    unsafe setrlimit(resource, &limit)
    unsafe getrlimit(resource, &limit)
    let needed = TransportBounds().descriptorsNeeded()
    guard limit.rlim_cur >= needed else {
      throw Failure(
        message: "musterd needs \(needed) file descriptors and may have \(limit.rlim_cur); raise"
          + " the limit (under systemd: LimitNOFILE=\(needed) or more; in a shell: ulimit -n"
          + " \(needed)), and start it again.")
    }
    return Int(clamping: limit.rlim_cur)
  }

  /// Far more than connections and databases need.
  private static let descriptorsMax: rlim_t = 16_384

  /// A path that stays right when the working directory changes.
  private static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let here = unsafe getcwd(nil, 0) else { return path }
    defer { unsafe free(here) }
    return unsafe String(cString: here) + "/" + path
  }

  private func serve(
    _ stores: Stores, _ settings: Configuration, _ reload: PolicyReload, _ logger: Logger
  ) async throws {
    // Caught before anybody can connect: a signal that comes early is a stop like any other.
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    let manager = ServiceManager()
    let handed = try manager.handedSocket()
    if handed != nil, settings.socket.isOpened {
      logger.warning("socket.mode and socket.group are not used: the socket was handed over")
    }
    try await MusterServer.withServer(
      socketPath: socket, handedSocket: handed, stores: stores,
      limits: settings.limits, permissions: settings.socket,
      policy: PolicyReload.policy(settings), logger: logger
    ) { server in
      let socket = server.socketPath
      if let failure = Announcement.write(data: data, socket: socket) {
        logger.warning("commands cannot find this daemon", metadata: ["errno": "\(failure)"])
      }
      logger.info("serving", metadata: ["socket": "\(socket)", "data": "\(data)"])
      manager.tell(.ready)
      manager.keepWatchdogQuiet()
      // Nobody should have to wait for a private daemon to leave the directory it was started in.
      if exitWhenIdle != nil, data.hasPrefix("/"), socket.hasPrefix("/") { _ = unsafe chdir("/") }
      let idleExit = exitWhenIdle.map { IdleExit(seconds: $0, data: data, socket: socket, logger) }
      let reloading = Task { await reload.run(server) }
      defer { reloading.cancel() }
      let reason = await Self.reasonToStop(signals, idleExit, server)
      logger.info("stopping", metadata: ["reason": "\(reason)"])
      manager.tell(.stopping)
      server.beginGracefulShutdown()
      Self.exitAfterCalls(server, stores, logger)
      Self.exitAfterDeadline(logger)
    }
  }

  /// Waits for a signal, or until nobody has needed the daemon for long enough.
  private static func reasonToStop(
    _ signals: UnixSignalsSequence, _ idleExit: IdleExit?, _ server: MusterServer
  ) async -> String {
    await withTaskGroup(of: String?.self) { tasks in
      tasks.addTask {
        for await signal in signals { return "\(signal)" }
        return nil
      }
      if let idleExit { tasks.addTask { await idleExit.wait(server) ? "idle" : nil } }
      defer { tasks.cancelAll() }
      for await reason in tasks { if let reason { return reason } }
      return "nothing to wait for"
    }
  }

  /// Ends the process once no call runs, although connections are open.
  private static func exitAfterCalls(_ server: MusterServer, _ stores: Stores, _ logger: Logger) {
    if Mutant.stopsWithoutDeadline.isOn { return }
    let start = ContinuousClock.now
    Task.detached {
      let leaving = { StopDecision(elapsed: .now - start, callIdleTime: server.callIdleTime) }
      while case .wait(let pause) = leaving().step { try? await Task.sleep(for: pause) }
      logger.info("stopped with connections open")
      await stores.directory.shutDown()
      end(0)
    }
  }

  /// Ends the process when a client keeps its call open: what is acknowledged is durable by then.
  private static func exitAfterDeadline(_ logger: Logger) {
    if Mutant.stopsWithoutDeadline.isOn { return }
    // On a thread of its own, for tasks may be waiting for those that have all of theirs, and
    // without what exit() runs at the end: other threads are still at work.
    let seconds = Double(StopDecision.callsTimeMax.components.seconds)
    DispatchQueue(label: "musterd.stop").asyncAfter(deadline: .now() + seconds) {
      logger.warning("stopped with calls open")
      log.flush()
      Glibc._exit(0)
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
