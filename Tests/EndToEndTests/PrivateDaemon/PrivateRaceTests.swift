import Foundation
import MusterTestSupport
import Testing

/// Commands and private daemons that come and go at the same time.
@Suite(.timeLimit(.minutes(3)), .serialized) struct PrivateRaceTests {
  /// Starts commands at once, each importing a row of its own, and gives what became of them.
  private func importAtOnce(_ home: PrivateHome, _ ids: Range<Int>) async throws -> [CommandResult]
  {
    let commands = try ids.map { id in
      let file = try home.write("m\(id).csv", "external_id\nu\(id)\n")
      return try home.start(["import", file])
    }
    var results: [CommandResult] = []
    for command in commands { results.append(await home.result(command)) }
    return results
  }

  private func expectStored(_ results: [CommandResult]) throws {
    for result in results {
      #expect(result.exitCode == 0 && result.errors == "", "\(result.errors)")
      #expect(try result.object("summary").outcomes == [1, 0, 0, 0])
    }
  }

  @Test func `two commands that start at once start one daemon, and share it`() async throws {
    for _ in 0..<5 {
      try await PrivateHome.with { home in
        try expectStored(try await importAtOnce(home, 0..<2))
        #expect(try home.startCount() == 1)
        // A second one would have found the directory taken, and said so.
        #expect(!(try String(contentsOfFile: home.log, encoding: .utf8)).contains("another"))
      }
    }
  }

  @Test func `commands and a daemon that leaves at once never miss each other`() async throws {
    try await PrivateHome.with(idleSeconds: 0) { home in
      // Ten seconds on two cores; on a machine that does much else, as many rounds as fit.
      let deadline = ContinuousClock.now + .seconds(15)
      var count = 0
      while count < 160 && (count < 40 || ContinuousClock.now < deadline) {
        try expectStored(try await importAtOnce(home, count..<(count + 8)))
        count += 8
        // Every other round it is waited for, so that it does leave; else this would prove nothing.
        if count.isMultiple(of: 16) { try await home.wait(until: !home.isRunning, "it leaves") }
      }
      let export = try await home.run("export")
      let rows = CSVRecords.parse(export.output).dropFirst()
      #expect(Set(rows.map { $0[2] }) == Set((0..<count).map { "u\($0)" }))
      #expect(try home.startCount() > 2)
    }
  }

  @Test func `a command killed while it starts the daemon stops nobody`() async throws {
    for path in ["/data/muster/private.start", "/data/muster/lock", "/run/muster/muster.sock"] {
      try await PrivateHome.with { home in
        let first = try home.start(["label", "create", "a"])
        defer { first.end() }
        try await home.wait(until: home.exists(home.directory + path), "\(path) is made")
        first.send(SIGKILL)
        try expectStored(try await importAtOnce(home, 0..<2))
      }
    }
  }

  @Test func `a daemon that stops on a signal is waited for and followed by a new one`()
    async throws
  {
    try await PrivateHome.with { home in
      for round in 0..<5 {
        try await home.run("label", "list")
        let processID = try #require(home.daemonID())
        kill(processID, SIGTERM)
        try await home.wait(until: !home.exists(home.socket), "the socket is gone")
        try expectStored(try await importAtOnce(home, (round * 2)..<(round * 2 + 2)))
      }
    }
  }

  @Test func `data that another process still owns is waited for`() async throws {
    try await PrivateHome.with { home in
      let files = FileManager.default
      try files.createDirectory(
        atPath: home.data, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      let lock = unsafe open(home.data + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      #expect(flock(lock, LOCK_EX) == 0)
      let command = try home.start(["label", "list"])
      defer { command.end() }
      try await home.wait(
        until: home.exists(home.data + "/private.start"), "the command wants to start a daemon")
      // One that does not wait starts it in this time, and fails.
      let look = ContinuousClock.now + .milliseconds(300)
      let hasStarted = { (try? home.startCount()) ?? 0 > 0 }
      try await home.wait(until: hasStarted() || ContinuousClock.now > look, "a look")
      #expect(!hasStarted(), "a daemon was started")
      close(lock)
      #expect(await home.result(command).exitCode == 0)
      #expect(try home.startCount() == 1)
    }
  }

  @Test func `it leaves once it is idle, and its socket with it`() async throws {
    try await PrivateHome.with(idleSeconds: 1) { home in
      try await home.run("label", "list")
      #expect(home.isRunning)
      try await home.wait(until: !home.isRunning, "the daemon has left")
      #expect(!home.exists(home.socket))
    }
  }

  @Test func `it does not leave while a connection is open that holds no lock`() async throws {
    try await PrivateHome.with { home in
      let files = FileManager.default
      try files.createDirectory(atPath: home.data, withIntermediateDirectories: true)
      let lock = unsafe open(home.data + "/private.use", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      #expect(flock(lock, LOCK_SH) == 0)
      let socket = home.directory + "/s"
      let daemon = try RunningProcess(
        Binaries.musterd, ["--socket", socket, "--data", home.data, "--exit-when-idle", "0"])
      defer { daemon.end() }
      #expect(await daemon.errors.line(containing: "serving") != nil)
      let command = try home.start(["--socket", socket, "import", "-"], input: .pipe)
      defer { command.end() }
      command.write("external_id\n")
      #expect(await command.output.line(containing: "started") != nil)
      // From here on only the connection keeps it.
      close(lock)
      for round in 1...5 {
        command.write((0..<1_000).map { "u\(round)-\($0)\n" }.joined())
        #expect(await command.output.line(containing: "\"committed\":\(round * 1_000)") != nil)
      }
      command.closeInput()
      #expect(await command.exitCode() == 0)
      #expect(await daemon.exitCode() == 0)
    }
  }
}
