import Foundation
import MusterTestSupport
import Testing

/// The life and death of the daemon.
@Suite(.timeLimit(.minutes(4)), .serialized) struct ProcessTests {
  private static let importID = "0f0e0d0c-0b0a-4908-8706-050403020100"
  private static let noLimits = #"{"limits": {"rowsPerImport": 0, "bytesPerImport": 0}}"#

  private func rows(_ numbers: Range<Int>) -> String {
    numbers.map { $0 % 100 == 99 ? ",n\n" : "u\($0),n\n" }.joined()
  }

  /// Starts an import from a pipe, gives it rows, and waits until some of them are durable.
  private func startImport(
    _ installation: Installation, _ count: Int
  ) async throws -> RunningProcess {
    let command = try installation.start(
      ["import", "-", "--import-id", Self.importID], input: .pipe,
      environment: ["MUSTER_RECONNECT_SECONDS": "0"])
    command.write("external_id,name\n" + rows(0..<count))
    for await line in command.output.lines {
      guard let event = CommandResult.object(line), event["type"] as? String == "progress" else {
        continue
      }
      if event.count("committed") == count { return command }
    }
    command.end()
    throw TestFailure("No row became durable: \(await command.errors.text())")
  }

  @Test func `a daemon that is killed in the middle loses nothing that it had acknowledged`()
    async throws
  {
    try await Installation.with(config: Self.noLimits) { installation, daemon in
      let command = try await startImport(installation, 3_000)
      defer { command.end() }
      daemon.send(SIGKILL)
      #expect(await daemon.exitCode() == -SIGKILL)
      command.write(rows(3_000..<3_001))
      command.closeInput()
      let result = await installation.result(command)
      #expect(result.exitCode == 1)
      #expect(result.errors.contains("The connection to the daemon broke"), "\(result.errors)")
      #expect(result.errors.contains(Self.importID))

      // The socket that it left behind is replaced.
      let next = try await installation.startDaemon()
      defer { next.end() }
      let shown = try #require(
        try await installation.run("imports", "show", Self.importID).objects.first)
      #expect(shown["state"] as? String == "open")
      #expect(shown.count("committed") >= 3_000)
      #expect(shown.count("received") == shown.outcomes.reduce(0, +))
      let members = CSVRecords.parse(try await installation.run("export").output).count - 1
      #expect(members == shown.count("created"))
      if let sqlite = Binaries.system("sqlite3") {
        let check = try RunningProcess(
          sqlite,
          ["-readonly", installation.dataPath + "/workspaces/default.db", "PRAGMA integrity_check"])
        #expect(await installation.result(check).output == "ok\n")
      }

      let whole = try await installation.run(
        "import", "-", "--import-id", Self.importID, text: "external_id,name\n" + rows(0..<5_000))
      #expect(whole.exitCode == 2, "\(whole.errors)")
      #expect(try whole.object("summary").outcomes == [4_950, 0, 0, 50])
      #expect(try whole.object("started").count("next_row") == shown.count("committed"))
      #expect(CSVRecords.parse(try await installation.run("export").output).count == 4_951)
    }
  }

  @Test func `SIGTERM ends a daemon that has nothing to do with exit code 0`() async throws {
    try await Installation.with { installation, daemon in
      daemon.send(SIGTERM)
      #expect(await daemon.exitCode() == 0)
      #expect(!FileManager.default.fileExists(atPath: installation.socketPath))
      let next = try await installation.startDaemon()
      #expect(try await installation.run("health").exitCode == 0)
      next.send(SIGINT)
      #expect(await next.exitCode() == 0)
    }
  }

  @Test func `SIGTERM in the middle of an import keeps its rows and ends with exit code 0`()
    async throws
  {
    try await Installation.with(config: Self.noLimits) { installation, daemon in
      let command = try await startImport(installation, 500)
      defer { command.end() }
      daemon.send(SIGTERM)
      #expect(await daemon.exitCode() == 0)
      command.closeInput()
      let result = await installation.result(command)
      #expect(result.exitCode == 1)
      #expect(result.errors.contains(Self.importID), "\(result.errors)")
      let next = try await installation.startDaemon()
      defer { next.end() }
      let shown = try #require(
        try await installation.run("imports", "show", Self.importID).objects.first)
      #expect(shown["state"] as? String == "open")
      #expect(shown.count("committed") == 500)
    }
  }

  @Test func `an interrupted command says how to go on, and does`() async throws {
    try await Installation.with { installation, _ in
      let command = try await startImport(installation, 500)
      defer { command.end() }
      command.send(SIGINT)
      let result = await installation.result(command)
      #expect(result.exitCode == 1)
      #expect(result.errors.contains("--import-id \(Self.importID)"), "\(result.errors)")
      #expect(result.errors.contains("500 rows"))
      let whole = try await installation.run(
        "import", "-", "--import-id", Self.importID, text: "external_id,name\n" + rows(0..<700))
      #expect(whole.exitCode == 2)
      #expect(try whole.object("summary").outcomes == [693, 0, 0, 7])
    }
  }

  @Test func `a second daemon on the same data ends within a second, the first is unharmed`()
    async throws
  {
    try await Installation.with { installation, _ in
      try await expectRefused(installation, installation.dataPath) {
        try installation.makeDaemon(socketPath: installation.directory + "/other")
      }
      #expect(!FileManager.default.fileExists(atPath: installation.directory + "/other"))
    }
  }

  @Test func `a second daemon on the same socket ends within a second, the first is unharmed`()
    async throws
  {
    try await Installation.with { installation, _ in
      try await expectRefused(installation, installation.socketPath) {
        try installation.makeDaemon(dataPath: installation.directory + "/other-data")
      }
    }
  }

  private func expectRefused(
    _ installation: Installation, _ name: String, _ makeSecond: () throws -> RunningProcess
  ) async throws {
    var shortest: Duration = .seconds(60)
    // The best of some: the machine may be busy with other things.
    for _ in 0..<5 where shortest >= .seconds(1) {
      let start = ContinuousClock.now
      let second = try makeSecond()
      defer { second.end() }
      let result = await installation.result(second)
      shortest = min(shortest, ContinuousClock.now - start)
      #expect(result.exitCode == 1)
      #expect(
        result.errors.contains(name) && result.errors.contains("musterd"), "\(result.errors)")
    }
    #expect(shortest < .seconds(1))
    let file = try installation.write("m.csv", "email\na@x.org\n")
    #expect(try await installation.run("import", file).exitCode == 0)
  }

  @Test func `a daemon that may have too few files refuses to start, and says how many`()
    async throws
  {
    try await withTemporaryDirectory { path in
      let installation = Installation(directory: path)
      let daemon = try RunningProcess(
        "/bin/bash",
        [
          "-c", #"ulimit -n 1319; exec "$0" "$@""#, Binaries.musterd, "--socket",
          installation.socketPath, "--data", installation.dataPath,
        ])
      defer { daemon.end() }
      let result = await installation.result(daemon)
      #expect(result.exitCode == 1)
      #expect(
        result.errors.contains("needs 1320 file descriptors and may have 1319")
          && result.errors.contains("ulimit -n 1320") && result.errors.contains("LimitNOFILE="))
    }
  }

  @Test func `a configuration that nobody understands is refused by name`() async throws {
    for (text, word) in [
      (#"{"limits": {"rows": 1}}"#, "rows"), (#"{"limit": {}}"#, "limit"), ("{", "JSON"),
      (#"{"limits": {"rowsPerImport": -1}}"#, "JSON"),
      (#"{"workspaces": {"opened": 1}}"#, "idleSeconds, memoryBytes, open"),
      (#"{"workspaces": {"open": 0}}"#, "at least 1 workspace"),
      (#"{"workspaces": {"idleSeconds": 3000000000}}"#, "idleSeconds is too large"),
    ] {
      try await withTemporaryDirectory { path in
        let installation = Installation(directory: path)
        _ = try installation.write("config.json", text)
        let daemon = try installation.makeDaemon()
        defer { daemon.end() }
        let result = await installation.result(daemon)
        #expect(result.exitCode == 1, "\(text)")
        #expect(result.errors.contains(word) && result.errors.contains("config.json"))
      }
    }
  }

  @Test func `beginning again with a finished import leaves no transaction open`() async throws {
    let sqlite = try #require(Binaries.system("sqlite3"), "install sqlite3")
    try await Installation.with { installation, _ in
      for _ in 0..<2 {
        let result = try await installation.run(
          "import", "-", "--import-id", Self.importID, text: "external_id\nu\n")
        #expect(result.exitCode == 0, "\(result.errors)")
        // Takes the writer's lock and gives it back; nothing is written.
        let file = installation.dataPath + "/workspaces/default.db"
        let lock = try RunningProcess(sqlite, [file, "BEGIN IMMEDIATE; ROLLBACK;"])
        let tried = await installation.result(lock)
        #expect(tried.exitCode == 0, "\(tried.errors)")
      }
    }
  }

  @Test func `logs hold nothing that a member sent`() async throws {
    try await Installation.with { installation, daemon in
      let file = try installation.write(
        "m.csv", "email,name\ncanary-one@x.org,canary-two\ncanary-three,canary-four\n")
      try await installation.run("import", file)
      try await installation.run("import", try installation.write("n.csv", "canary-five\nx\n"))
      daemon.send(SIGTERM)
      _ = await daemon.exitCode()
      let log = await daemon.errors.text()
      #expect(log.contains("import finished"))
      #expect(!log.contains("canary"))
    }
  }
}
