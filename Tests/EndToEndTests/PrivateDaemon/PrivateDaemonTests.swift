import Foundation
import MusterTestSupport
import Testing

/// The daemon that a command starts for its user.
@Suite(.timeLimit(.minutes(3))) struct PrivateDaemonTests {
  @Test func `an import needs nothing but its file`() async throws {
    try await PrivateHome.with { home in
      let file = try home.write("people.csv", "email,name\ncanary@x.org,canary\ncanary-bad,\n")
      let result = try await home.run("import", file)
      #expect(result.exitCode == 2 && result.errors == "", "\(result.errors)")
      #expect(result.objects.count == result.output.split(separator: "\n").count, "not all JSON")
      let summary = try result.object("summary")
      #expect(summary["store"] as? String == home.data + "/workspaces/default.db")
      for path in [home.data, home.directory + "/run/muster", home.directory + "/state/muster"] {
        #expect(try home.mode(path) == 0o700, "\(path)")
      }
      #expect(try home.mode(home.socket) == 0o600 && home.mode(home.log) == 0o600)
      let health = try await home.run("health")
      #expect(health.objects.first?["status"] as? String == "SERVING")
      #expect(
        try await home.run(
          "imports", "show",
          try #require(
            summary["import_id"] as? String)
        ).objects.first?.count("received") == 2)
      #expect(try home.startCount() == 1)
      #expect(!home.exists(home.directory + "/home"))
      #expect(!(try String(contentsOfFile: home.log, encoding: .utf8)).contains("canary"))
    }
  }

  @Test func `every command starts it`() async throws {
    let commands = [
      ["export"], ["label", "list"], ["label", "create", "a"], ["role", "list"],
      ["form", "list"], ["workspace", "list"], ["workspace", "create", "w"],
    ]
    for command in commands {
      try await PrivateHome.with { home in
        let result = await home.result(try home.start(command))
        #expect(result.exitCode == 0 && result.errors == "", "\(command): \(result.errors)")
        #expect(try home.startCount() == 1)
      }
    }
  }

  @Test func `health starts none, makes nothing, and says so`() async throws {
    try await PrivateHome.with { home in
      let result = try await home.run("health")
      #expect(result.exitCode == 1 && result.output == "")
      #expect(result.errors.contains("No private daemon runs"), "\(result.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: home.directory) == ["run"])
    }
  }

  @Test func `it outlives the terminal's session, and holds nothing of it`() async throws {
    try await PrivateHome.with { home in
      try await home.run("label", "list")
      let processID = try #require(home.daemonID())
      let files = FileManager.default
      #expect(try files.destinationOfSymbolicLink(atPath: "/proc/\(processID)/cwd") == "/")
      let status = try String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8)
      // After the name: state, parent, process group, session, terminal.
      let words = status.drop { $0 != ")" }.split(separator: " ")
      #expect(words[3...5] == ["\(processID)", "\(processID)", "0"])
      for (descriptor, path) in [(0, "/dev/null"), (1, "/dev/null"), (2, home.log)] {
        let link = "/proc/\(processID)/fd/\(descriptor)"
        #expect(try files.destinationOfSymbolicLink(atPath: link) == path)
      }
    }
  }

  @Test func `a log that has grown too large is emptied, also while its daemon runs`() async throws
  {
    try await PrivateHome.with { home in
      let file = try home.write("m.csv", "email\na@x.org\n")
      _ = try home.write("state/muster/musterd.log", "")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o700], ofItemAtPath: home.directory + "/state/muster")
      for round in 1...2 {
        unsafe truncate(home.log, 1_048_577)
        #expect(try await home.run("import", file).exitCode == 0)
        let log = try String(contentsOfFile: home.log, encoding: .utf8)
        #expect(log.utf8.count < 1_000 && log.contains("import finished"), "\(round): \(log)")
      }
    }
  }

  @Test func `a terminal is told of the first start only`() async throws {
    let script = try #require(Binaries.system("script"), "install bsdutils")
    try await PrivateHome.with { home in
      for (round, isTold) in [true, false].enumerated() {
        let process = try home.start(
          ["-qec", "\(Binaries.muster) label list", "/dev/null"], program: script)
        let result = await home.result(process)
        #expect(result.exitCode == 0)
        #expect(
          result.output.contains("Started a private daemon; its data is in \(home.data).")
            == isTold,
          "\(round): \(result.output)")
      }
    }
  }

  @Test func `where a system daemon belongs none is started`() async throws {
    try await PrivateHome.with { home in
      let system = home.directory + "/system"
      try FileManager.default.createDirectory(atPath: system, withIntermediateDirectories: false)
      for command in [["label", "list"], ["health"]] {
        let result = await home.result(
          try home.start(command, environment: ["MUSTER_SYSTEM_DIRECTORY": system]))
        #expect(result.exitCode == 1)
        #expect(result.errors.contains("There is no socket at \(system)/muster.sock"))
      }
      let named = try await home.run("label", "list", environment: ["MUSTER_SOCKET": "/none/s"])
      #expect(named.exitCode == 1 && named.errors.contains("There is no socket at /none/s"))
      #expect(!home.exists(home.data))
    }
  }

  @Test func `a daemon that was killed leaves nothing in the next one's way`() async throws {
    try await PrivateHome.with { home in
      try await home.run("label", "create", "a")
      try await home.endDaemon()
      #expect(home.exists(home.socket), "the dead socket")
      let health = try await home.run("health")
      #expect(health.exitCode == 1 && health.errors.contains("No private daemon runs"))
      let result = try await home.run("label", "list")
      #expect(result.objects.map { $0["slug"] as? String } == ["a"], "\(result.errors)")
    }
  }

  @Test func `a daemon whose socket was taken away makes room for the next one`() async throws {
    try await PrivateHome.with { home in
      try await home.run("label", "create", "a")
      try FileManager.default.removeItem(atPath: home.directory + "/run/muster")
      let result = try await home.run("label", "list")
      #expect(result.objects.map { $0["slug"] as? String } == ["a"], "\(result.errors)")
      #expect(try home.startCount() == 2)
    }
  }

  @Test func `a command finds the daemon of another session by its data`() async throws {
    try await PrivateHome.with { home in
      try await home.run("label", "create", "a")
      let result = try await home.run("label", "list", environment: ["XDG_RUNTIME_DIR": ""])
      #expect(result.objects.map { $0["slug"] as? String } == ["a"], "\(result.errors)")
      #expect(try home.startCount() == 1)
    }
  }

  @Test func `a command uses a daemon that its user has started on the same data`() async throws {
    try await PrivateHome.with { home in
      let socket = home.directory + "/s"
      try FileManager.default.createDirectory(
        atPath: home.data, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      let daemon = try RunningProcess(Binaries.musterd, ["--socket", socket, "--data", home.data])
      defer { daemon.end() }
      #expect(await daemon.errors.line(containing: "serving") != nil)
      let result = try await home.run("label", "create", "a")
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(!home.exists(home.socket))
    }
  }

  @Test func `a socket that serves other data is not used`() async throws {
    try await PrivateHome.with { home in
      try await home.run("label", "create", "a")
      let other = home.directory + "/other"
      let result = try await home.run("label", "create", "b", environment: ["XDG_DATA_HOME": other])
      #expect(result.exitCode == 1)
      #expect(result.errors.contains("Another musterd listens on \(home.socket)"))
      let labels = try await home.run("label", "list")
      #expect(labels.objects.map { $0["slug"] as? String } == ["a"])
    }
  }
}
