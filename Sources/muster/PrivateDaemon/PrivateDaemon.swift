internal import Glibc
internal import MusterClient
internal import MusterCore
internal import MusterFiles

/// The user's own daemon: found, or started. ``StartDecision`` decides, and says what must be true.
struct PrivateDaemon {
  let paths: PrivatePaths
  private var log: DaemonLog { DaemonLog(path: paths.logFile) }

  init(_ paths: PrivatePaths) { self.paths = paths }

  /// A daemon that serves, and does not leave while this lives.
  struct Hold: Sendable {
    let socketPath: String
    private let useLock: LockFile

    fileprivate init(_ socketPath: String, _ useLock: LockFile) {
      self.socketPath = socketPath
      self.useLock = useLock
    }

    /// From now on the daemon may leave.
    func end() { useLock.giveBack() }
  }

  /// Finds the daemon; nil if none runs. Makes no directory, and starts nothing.
  func find() async throws -> Hold? {
    guard OwnDirectory.isOwn(paths.dataDirectory) else { return nil }
    let useLock = try await holdUseLock()
    return runningSocket().map { Hold($0, useLock) }
  }

  /// Finds the daemon, or starts it and waits until it serves.
  ///
  /// - Throws: `CommandFailure` if it does not serve in time; it names the reason, and the log.
  func start() async throws -> Hold {
    for directory in [paths.dataDirectory, paths.socketDirectory, paths.stateDirectory] {
      try OwnDirectory.make(directory)
    }
    log.keepSmall()
    let useLock = try await holdUseLock()
    return Hold(try await socketOfStarted(), useLock)
  }

  /// Nobody has this lock exclusively but a daemon that is leaving, and that takes a moment.
  private func holdUseLock() async throws -> LockFile {
    let lock = try LockFile(paths.useLock)
    let deadline = ContinuousClock.now + CommandBounds.privateStartTimeMax
    var wait = Wait(limit: CommandBounds.privateStartTimeMax)
    while !lock.take(.shared) {
      wait.look(paths)
      guard ContinuousClock.now < deadline else {
        throw CommandFailure(
          "The private daemon has been leaving for too long; look into \(paths.logFile).")
      }
      try await Task.sleep(for: CommandBounds.privatePause)
    }
    return lock
  }

  private func socketOfStarted() async throws -> String {
    let startLock = try LockFile(paths.startLock)
    var holdsLock = false
    var child: Child?
    var deadline = ContinuousClock.now + CommandBounds.privateStartLockTimeMax
    var wait = Wait(limit: CommandBounds.privateStartLockTimeMax)
    while true {
      wait.look(paths)
      let socket = await servingSocket(checks: child != nil)
      let started: StartDecision.Started =
        child.map { $0.hasEnded() ? .ended : .running } ?? .none
      let decision = StartDecision(
        serves: socket != nil, holdsStartLock: holdsLock,
        isDataTaken: holdsLock && started != .running && LockFile.isTaken(paths.dataLock),
        started: started, isOverdue: ContinuousClock.now > deadline)
      switch decision.step {
      case .use:
        child?.letGo()
        if child != nil { announce() }
        return socket ?? paths.socketPath
      case .takeStartLock:
        holdsLock = startLock.take(.exclusive)
        if holdsLock { deadline = .now + CommandBounds.privateStartTimeMax }
      case .start:
        child = try startDaemon()
        deadline = .now + CommandBounds.privateStartTimeMax
      case .wait: break
      case .fail(let failure): throw CommandFailure(sentence(failure, child))
      }
      if decision.step != .start && !(decision.step == .takeStartLock && holdsLock) {
        try await Task.sleep(for: CommandBounds.privatePause)
      }
    }
  }
}

extension PrivateDaemon {
  /// How long the command has waited, and whether the user knows.
  private struct Wait {
    let limit: Duration
    private let start = ContinuousClock.now
    private var isNoticed = false

    init(limit: Duration) { self.limit = limit }

    /// Tells the user once it has taken long.
    mutating func look(_ paths: PrivatePaths) {
      let decision = WaitDecision(elapsed: .now - start, limit: limit, isNoticed: isNoticed)
      guard decision.step == .notice else { return }
      isNoticed = true
      WaitingNotice(.ownPrivate(paths)).print(.starting, limit: limit)
    }
  }

  /// The daemon that this command has started.
  private final class Child {
    let process: DetachedProcess
    let logOffset: Int
    private var isGone = false

    init(_ process: DetachedProcess, logOffset: Int) {
      self.process = process
      self.logOffset = logOffset
    }

    func hasEnded() -> Bool {
      if !isGone { isGone = process.hasEnded() }
      return isGone
    }

    func letGo() { process.letGo() }
  }

  /// The socket of the daemon that the record names, if that daemon listens on it.
  private func runningSocket() -> String? {
    guard let record = record(), SocketProbe.ownListener(record.socketPath) == record.processID
    else { return nil }
    return record.socketPath
  }

  /// The running daemon's socket; one that was just started must also say that it is well.
  private func servingSocket(checks: Bool) async -> String? {
    guard let socket = runningSocket() else { return nil }
    guard checks else { return socket }
    let health = try? await withMusterClient(socketPath: socket) { try await $0.health() }
    return health == .serving ? socket : nil
  }

  private func record() -> DaemonRecord? {
    KeptFile.read(FileName(paths.record), bytesMax: DaemonRecord.bytesMax).flatMap { bytes in
      DaemonRecord(text: String(decoding: bytes, as: UTF8.self))
    }
  }

  private func startDaemon() throws -> Child {
    let program = try DaemonProgram.find()
    var arguments = [
      "--socket", paths.socketPath, "--data", paths.dataDirectory,
      "--exit-when-idle", String(try Self.idleSeconds()),
    ]
    if unsafe access(paths.configurationFile, F_OK) == 0 {
      arguments += ["--config", paths.configurationFile]
    }
    let (errors, offset) = try log.open()
    defer { close(errors) }
    // The backtrace of a crash prints memory, and with it what members sent, into the log.
    let process = try DetachedProcess(
      program, arguments, environment: ["SWIFT_BACKTRACE": "enable=no"], errors: errors)
    return Child(process, logOffset: offset)
  }

  private static func idleSeconds() throws -> UInt32 {
    guard let text = ConnectionOptions.environment("MUSTER_PRIVATE_IDLE_SECONDS") else {
      return CommandBounds.privateIdleSeconds
    }
    guard let seconds = UInt32(text) else {
      throw CommandFailure(
        "MUSTER_PRIVATE_IDLE_SECONDS is '\(text)'; it needs a whole number of seconds.")
    }
    return seconds
  }

  private func announce() {
    guard Terminal.isTerminal(2) else { return }
    Diagnostics.note("Started a private daemon; its data is in \(paths.dataDirectory).")
  }

  private func sentence(_ failure: StartDecision.Failure, _ child: Child?) -> TerminalText {
    let words = TerminalText(lines: child.map { log.lastLines(from: $0.logOffset) } ?? "")
    let said: TerminalText =
      words.isEmpty ? "" : " Its log \(paths.logFile) ends with:\n\(words)"
    switch failure {
    case .startedElsewhere:
      return "Another command has been starting the private daemon for too long; look into "
        + "\(paths.logFile), and try again."
    case .dataTaken:
      return
        "The data directory \(paths.dataDirectory) belongs to another musterd that is running; "
        + "stop that one, or name its socket with --socket."
    case .slow:
      return "The private daemon was started and does not serve yet; try again in a moment.\(said)"
    case .ended:
      return "The private daemon was started and ended at once.\(said)"
    }
  }
}
