import Foundation
import MusterTestSupport
import Testing

/// What a command says when it cannot start its user's daemon.
@Suite(.timeLimit(.minutes(2))) struct PrivateRefusalTests {
  private func expectRefused(
    _ home: PrivateHome, _ phrases: String..., environment: [String: String] = [:]
  ) async throws {
    let result = try await home.run("label", "list", environment: environment)
    #expect(result.exitCode == 1 && result.output == "")
    for phrase in phrases { #expect(result.errors.contains(phrase), "\(result.errors)") }
  }

  @Test func `a directory that others may write to is refused`() async throws {
    try await PrivateHome.with { home in
      let files = FileManager.default
      try files.createDirectory(atPath: home.data, withIntermediateDirectories: true)
      try files.setAttributes([.posixPermissions: 0o770], ofItemAtPath: home.data)
      try await expectRefused(home, "chmod go-w \(home.data)")
      #expect(!home.exists(home.data + "/lock"))
      try files.setAttributes([.posixPermissions: 0o750], ofItemAtPath: home.data)
      #expect(try await home.run("label", "list").exitCode == 0)
    }
  }

  @Test func `a directory of somebody else is refused`() async throws {
    try await PrivateHome.with { home in
      let files = FileManager.default
      if geteuid() == 0 {
        try files.createDirectory(atPath: home.data, withIntermediateDirectories: true)
        unsafe chown(home.data, 4_711, 4_711)
      } else {
        try files.createDirectory(
          atPath: home.directory + "/data", withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: home.data, withDestinationPath: "/etc")
      }
      try await expectRefused(home, home.data, "belongs to another user")
    }
  }

  @Test func `a runtime directory that others may write to is passed over`() async throws {
    try await PrivateHome.with { home in
      let files = FileManager.default
      try files.setAttributes(
        [.posixPermissions: 0o777], ofItemAtPath: home.directory + "/run")
      #expect(try await home.run("label", "list").exitCode == 0)
      #expect(home.exists(home.directory + "/state/muster/muster.sock"))
    }
  }

  @Test func `a path that is too long for a socket is refused with its length`() async throws {
    try await PrivateHome.with { home in
      let long = home.directory + "/" + String(repeating: "x", count: 80)
      try await expectRefused(
        home, "at most 107 fit", "XDG_RUNTIME_DIR",
        environment: ["XDG_RUNTIME_DIR": "", "XDG_STATE_HOME": long])
    }
  }

  @Test func `a daemon that ends at once is quoted`() async throws {
    try await PrivateHome.with { home in
      let config = try home.write("config/muster/muster.json", #"{"limits": {"rows": 1}}"#)
      try await expectRefused(home, "ended at once", home.log, "there is no limit \"rows\"", config)
      _ = try home.write("config/muster/muster.json", #"{"limits": {"rowsPerImport": 1}}"#)
      let file = try home.write("m.csv", "email\na@x.org\nb@x.org\n")
      let result = try await home.run("import", file)
      #expect(result.exitCode == 1 && result.errors.contains("rowsPerImport"))
    }
  }

  @Test func `an idle time that is no number is refused`() async throws {
    try await PrivateHome.with { home in
      try await expectRefused(
        home, "MUSTER_PRIVATE_IDLE_SECONDS", "whole number",
        environment: ["MUSTER_PRIVATE_IDLE_SECONDS": "soon"])
    }
  }

  @Test func `musterd is found beside the command or on PATH, or its absence is said`() async throws
  {
    try await PrivateHome.with { home in
      let files = FileManager.default
      let muster = home.directory + "/muster"
      try files.copyItem(atPath: Binaries.muster, toPath: muster)
      let bin = home.directory + "/bin"
      let path = ["PATH": ".:\(bin)"]
      func run() async throws -> CommandResult {
        await home.result(try home.start(["label", "list"], environment: path, program: muster))
      }
      let without = try await run()
      #expect(without.exitCode == 1)
      #expect(without.errors.contains("neither beside this command (\(home.directory))"))
      #expect(without.errors.contains("nor on PATH") && without.errors.contains("--socket"))
      try files.createDirectory(atPath: bin, withIntermediateDirectories: false)
      try files.createSymbolicLink(atPath: bin + "/musterd", withDestinationPath: Binaries.musterd)
      let with = try await run()
      #expect(with.exitCode == 0, "\(with.errors)")
    }
  }
}
