import Foundation
import MusterTestSupport
import Testing

/// The preview and its question, as a person at a terminal meets them.
@Suite(.timeLimit(.minutes(2))) struct PreviewTerminalTests {
  private static let known = "email,external_id,name,notify_sms\na@x.org,1,Anna,0\nb@x.org,2,Bob,\n"
  private static let next = """
    email,external_id,name,notify_sms
    a@x.com,1,Anna Ø,1
    b@x.org,2,Bob,
    c@x.org,3,Carol,1
    nobody,4,Dave,

    """

  /// A daemon that has two members, and the file of an import that changes one and makes another.
  private func with(
    config: String? = nil, _ body: (Installation) async throws -> Void
  ) async throws {
    try await Installation.with(config: config) { installation, _ in
      _ = try installation.write("known.csv", Self.known)
      try await installation.run("import", "known.csv", "--yes")
      _ = try installation.write("next.csv", Self.next)
      try await body(installation)
    }
  }

  private func imports(_ installation: Installation) async throws -> Int {
    try await installation.run("imports", "list").objects.count
  }

  /// A command at a terminal that nobody has answered yet.
  private func atQuestion(
    _ installation: Installation, _ arguments: String
  ) throws -> RunningProcess {
    let script = try #require(Binaries.system("script"), "install bsdutils")
    let command = "exec \(Binaries.muster) --socket \(installation.socketPath) \(arguments)"
    return try RunningProcess(
      script, ["-qec", command, "/dev/null"],
      environment: ["XDG_STATE_HOME": installation.directory + "/state"], input: .pipe,
      directory: installation.directory)
  }

  private static func faultLists(_ output: String) -> Int {
    output.split(separator: "Faults of the rejected rows:", omittingEmptySubsequences: false).count
      - 1
  }

  @Test func `it shows counts, changes, new members and faults, and a no imports nothing`()
    async throws
  {
    try await with { installation in
      let before = try await installation.dumpMembers()
      let result = try await installation.runAtTerminal(
        "import next.csv", typed: "n\n", environment: ["NO_COLOR": "1"])
      #expect(result.exitCode == 1)
      for text in [
        "Preview of next.csv: 4 rows for workspace default; nothing is changed.",
        "create              1",
        "update              1", "unchanged           1", "reject              1",
        "identifier changes  1", "opt-ins             1", "line 2, member 1",
        "email       a@x.org -> a@x.com", "name        Anna -> Anna Ø",
        "notify_sms  false -> true", "New members:", "line 4  c@x.org, 3, Carol, true",
        "1 x Invalid email format", "line 5, email: there is no @",
        "Import the 3 rows without a fault? 1 of 4 rows is rejected. [y/N]",
        "Nothing was imported.",
      ] {
        #expect(result.output.contains(text), "no \(text) in \(result.output)")
      }
      #expect(!result.output.contains("\u{1B}[3"))
      #expect(try await installation.dumpMembers() == before)
      #expect(try await imports(installation) == 1)
      #expect(!FileManager.default.fileExists(atPath: installation.directory + "/next.rejects.csv"))
      // What was declined is no import to go on with.
      let notes = try FileManager.default.contentsOfDirectory(
        atPath: installation.directory + "/state/muster/imports")
      #expect(!notes.contains { $0.hasSuffix(".import") })
    }
  }

  @Test func `a yes imports what was shown`() async throws {
    try await with { installation in
      let result = try await installation.runAtTerminal("import next.csv", typed: "y\n")
      #expect(result.exitCode == 2, "\(result.output)")
      #expect(result.output.contains("[y/N]"))
      #expect(result.output.contains("\u{1B}[31m"), "no colours: \(result.output)")
      #expect(result.output.contains("Imported 4 rows of next.csv"))
      #expect(result.output.contains("%"), "no bar: \(result.output)")
      #expect(result.output.contains("Rejected rows: next.rejects.csv"))
      #expect(Self.faultLists(result.output) == 1, "listed again: \(result.output)")
      let members = try await installation.dumpMembers()
      #expect(members.contains("a@x.com") && members.contains("c@x.org"))
      #expect(try await imports(installation) == 2)
    }
  }

  @Test func `faults that were not foretold are listed after the import`() async throws {
    try await with { installation in
      let process = try atQuestion(installation, "import next.csv")
      defer { process.end() }
      #expect(await process.output.line(containing: "line 5, email") != nil)
      // Carol's email and her number come to belong to two members, between preview and answer.
      try await installation.run("signup", "email=c@x.org")
      try await installation.run("signup", "external_id=3")
      process.write("y\n")
      let result = await installation.result(process)
      #expect(result.exitCode == 2, "\(result.output)")
      #expect(Self.faultLists(result.output) == 2, "\(result.output)")
      #expect(result.output.contains("1 x Identifiers match different members"))
      #expect(result.output.contains("1 x Invalid email format"))
    }
  }

  @Test func `an unknown column is told with what to do about it`() async throws {
    try await with { installation in
      _ = try installation.write("odd.csv", "email,shoe\na@x.org,44\n")
      for command in ["import odd.csv", "import odd.csv --yes", "preview odd.csv"] {
        let result = try await installation.runAtTerminal(command)
        #expect(result.exitCode == 1)
        #expect(result.output.contains("Unknown column \"shoe\" (column 2)."))
        #expect(result.output.contains("--ignore-unknown-columns"), "\(command)")
      }
    }
  }

  @Test func `a file without rows is imported without a question`() async throws {
    try await with { installation in
      _ = try installation.write("empty.csv", "email,name\n")
      let result = try await installation.runAtTerminal("import empty.csv")
      #expect(result.exitCode == 0, "\(result.output)")
      #expect(result.output.contains("Preview of empty.csv: 0 rows"))
      #expect(!result.output.contains("[y/N]"))
      #expect(result.output.contains("Imported 0 rows of empty.csv"))
    }
  }

  @Test func `--yes shows no preview and asks nothing`() async throws {
    try await with { installation in
      let result = try await installation.runAtTerminal("import next.csv --yes")
      #expect(result.exitCode == 2)
      #expect(!result.output.contains("Preview") && !result.output.contains("[y/N]"))
      #expect(Self.faultLists(result.output) == 1)
    }
  }

  @Test func `a dry run stops after the preview`() async throws {
    try await with { installation in
      let before = try await installation.dumpMembers()
      for command in ["import --dry-run next.csv", "preview next.csv"] {
        let result = try await installation.runAtTerminal(command)
        #expect(result.exitCode == 2)
        #expect(result.output.contains("Preview of next.csv: 4 rows"))
        #expect(!result.output.contains("[y/N]"))
      }
      #expect(try await installation.dumpMembers() == before)
      #expect(try await imports(installation) == 1)
    }
  }

  @Test func `a file that is changed after its preview is not imported`() async throws {
    try await with { installation in
      // The answer comes from a program that changes the file first.
      let process = try atQuestion(installation, "import next.csv")
      defer { process.end() }
      #expect(await process.output.line(containing: "line 5, email") != nil)
      let handle = try #require(
        FileHandle(forUpdatingAtPath: installation.directory + "/next.csv"))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("d@x.org,5,Late,\n".utf8))
      process.write("y\n")
      let result = await installation.result(process)
      #expect(result.exitCode == 1)
      #expect(result.output.contains("next.csv has changed since its preview"))
      #expect(try await imports(installation) == 1)
    }
  }

  @Test func `a file that is too long for a preview is asked about without one`() async throws {
    try await with(config: #"{"limits": {"spooledRows": 3}}"#) { installation in
      let declined = try await installation.runAtTerminal("import next.csv", typed: "n\n")
      #expect(declined.exitCode == 1)
      #expect(declined.output.contains("next.csv has 4 rows, more than a preview may have"))
      #expect(declined.output.contains("Import the 4 rows of next.csv without a preview? [y/N]"))
      #expect(try await imports(installation) == 1)
      let taken = try await installation.runAtTerminal("import next.csv", typed: "y\n")
      #expect(taken.exitCode == 2)
      #expect(taken.output.contains("Imported 4 rows of next.csv"))
      let dry = try await installation.run("preview", "next.csv")
      #expect(dry.exitCode == 1)
      #expect(dry.errors.contains("limits.spooledRows"))
    }
  }

  @Test func `all or nothing, a fault is shown and nothing is asked`() async throws {
    try await with { installation in
      let result = try await installation.runAtTerminal("import next.csv --all-or-nothing")
      #expect(result.exitCode == 2)
      #expect(result.output.contains("Nothing would be imported: it is all or nothing"))
      #expect(result.output.contains("reject     4"))
      #expect(!result.output.contains("[y/N]"))
      #expect(try await imports(installation) == 1)
    }
  }

  @Test(arguments: [30, 40, 79])
  func `lines fit into a narrow terminal`(_ columns: Int) async throws {
    try await with { installation in
      let long = String(repeating: "long ", count: 40)
      _ = try installation.write(
        "long.csv", "external_id,name\n1,\(long)\n9,\(long)\n10,\(long)\n")
      let result = try await installation.runAtTerminal(
        "import --dry-run long.csv", columns: columns, environment: ["NO_COLOR": "1"])
      #expect(result.exitCode == 0)
      let lines = result.output.split(whereSeparator: \.isNewline).filter { $0.contains("long ") }
      #expect(lines.count == 3)
      // A field's name and some of both values are worth more than the width.
      #expect(lines.allSatisfy { $0.count <= max(columns, 40) }, "\(lines)")
    }
  }
}
