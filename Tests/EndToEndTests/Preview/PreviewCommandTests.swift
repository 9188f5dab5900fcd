import Foundation
import MusterTestSupport
import Testing

/// Previews and all-or-nothing imports in pipes, for programs.
@Suite(.timeLimit(.minutes(2))) struct PreviewCommandTests {
  private static let rows = """
    external_id,name,notify_email
    1,Anna Ø,1
    2,Bob,
    3,Carol,0
    ,Nobody,

    """

  private func with(_ body: (Installation) async throws -> Void) async throws {
    try await Installation.with { installation, _ in
      try await installation.run(
        "import", "-", text: "external_id,name,notify_email\n1,Anna,0\n2,Bob,\n")
      _ = try installation.write("next.csv", Self.rows)
      try await body(installation)
    }
  }

  @Test func `a dry run prints each change, each fault and a summary, and changes nothing`()
    async throws
  {
    try await with { installation in
      let before = try await installation.dumpMembers()
      let results = [
        try await installation.run("import", "next.csv", "--dry-run"),
        try await installation.run("preview", "next.csv"),
        try await installation.run("preview", "-", text: Self.rows),
      ]
      for result in results {
        #expect(result.exitCode == 2, "\(result.errors)")
        let changes = result.objects.filter { $0["type"] as? String == "change" }
        #expect(changes.map { $0.count("row") } == [1, 3])
        #expect(changes.map { $0.count("line") } == [2, 4])
        #expect(changes.map { $0["outcome"] as? String } == ["updated", "created"])
        #expect(changes[0].count("member") == 1 && changes[1]["member"] is NSNull)
        let fields = try #require(changes[0]["fields"] as? [[String: any Sendable]])
        #expect(fields.map { $0["column"] as? String } == ["name", "notify_email"])
        #expect(fields.map { $0["old"] as? String } == ["Anna", "false"])
        #expect(fields.map { $0["new"] as? String } == ["Anna Ø", "true"])
        let made = try #require(changes[1]["fields"] as? [[String: any Sendable]])
        #expect(made.allSatisfy { $0["old"] is NSNull })
        let summary = try result.object("summary")
        #expect(summary["preview"] as? Bool == true && summary["state"] as? String == "finished")
        #expect(summary.outcomes == [1, 1, 1, 1] && summary.count("committed") == 0)
        #expect(summary.count("opt_ins") == 1 && summary.count("opt_outs") == 0)
        #expect(summary["rejects_file"] is NSNull)
      }
      #expect(try await installation.dumpMembers() == before)
      #expect(try await installation.run("imports", "list").objects.count == 1)
      #expect(!FileManager.default.fileExists(atPath: installation.directory + "/next.rejects.csv"))
      // What it foretold is what happens.
      let done = try await installation.run("import", "next.csv").object("summary")
      #expect(done.outcomes == [1, 1, 1, 1] && done.count("opt_ins") == 1)
      #expect(done["preview"] as? Bool == false)
    }
  }

  @Test func `a dry run writes rejected rows only where it is told to`() async throws {
    try await with { installation in
      for input in ["next.csv", "-"] {
        let result =
          input == "-"
          ? try await installation.run("preview", input, "--rejects", "bad.csv", text: Self.rows)
          : try await installation.run("preview", input, "--rejects", "bad.csv")
        #expect(try result.object("summary")["rejects_file"] as? String == "bad.csv")
        let text = try String(
          contentsOfFile: installation.directory + "/bad.csv", encoding: .utf8)
        #expect(text.hasPrefix("_line,_error,external_id,name,notify_email\n5,"))
        try FileManager.default.removeItem(atPath: installation.directory + "/bad.csv")
      }
    }
  }

  @Test func `all or nothing, one fault refuses every row, and the exit code is 2`() async throws {
    try await with { installation in
      let before = try await installation.dumpMembers()
      let result = try await installation.run("import", "next.csv", "--all-or-nothing")
      #expect(result.exitCode == 2)
      let summary = try result.object("summary")
      #expect(summary["state"] as? String == "refused")
      #expect(summary.outcomes == [0, 0, 0, 4] && summary.count("received") == 4)
      #expect(summary.count("faults") == 1)
      #expect(summary["rejects_file"] as? String == "next.rejects.csv")
      #expect(result.objects.filter { $0["type"] as? String == "fault" }.count == 1)
      #expect(!result.errors.contains("not in the rejects file"))
      #expect(try await installation.dumpMembers() == before)
      let text = try await installation.run(
        "import", "next.csv", "--all-or-nothing", "--output", "text")
      #expect(text.output.contains("Nothing of next.csv was imported: it is all or nothing"))
      #expect(text.output.contains("Correct them in next.csv, and import it again."))
      let record = try await installation.run("imports", "list", "--state", "refused").objects
      #expect(record.count == 2 && record[0].count("rejected") == 4)
      let faults = try await installation.run(
        "imports", "faults", try #require(record[0]["import_id"] as? String))
      #expect(faults.objects.count == 1)
    }
  }

  @Test func `all or nothing, a file without a fault is imported as a whole`() async throws {
    try await with { installation in
      _ = try installation.write("good.csv", "external_id,name\n1,A\n5,B\n")
      let result = try await installation.run("import", "good.csv", "--all-or-nothing")
      #expect(result.exitCode == 0)
      let summary = try result.object("summary")
      #expect(summary["state"] as? String == "finished")
      #expect(summary.outcomes == [1, 1, 0, 0] && summary.count("committed") == 2)
    }
  }

  @Test(arguments: [false, true])
  func `all or nothing goes on by itself when the daemon is killed`(_ isGood: Bool) async throws {
    try await Installation.with(config: #"{"limits": {"rowsPerImport": 0}}"#) {
      installation, daemon in
      let process = try installation.start(
        ["import", "-", "--all-or-nothing", "--rejects", "bad.csv"], input: .pipe)
      defer { process.end() }
      process.write("external_id,name\n1,A\n2,B\n")
      #expect(await process.output.line(containing: "started") != nil)
      #expect(await process.output.line(containing: "progress") != nil)
      daemon.send(SIGKILL)
      _ = await daemon.exitCode()
      #expect(await process.output.line(containing: "waiting") != nil)
      let again = try await installation.startDaemon()
      defer { again.end() }
      #expect(await process.output.line(containing: "resumed")?.contains("\"next_row\":0") == true)
      process.write(isGood ? "3,C\n" : ",bad\n")
      process.closeInput()
      let result = await installation.result(process)
      let summary = try result.object("summary")
      if isGood {
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(summary.outcomes == [3, 0, 0, 0])
      } else {
        #expect(result.exitCode == 2, "\(result.errors)")
        #expect(summary.outcomes == [0, 0, 0, 3])
        #expect(try await installation.dumpMembers().isEmpty)
        let text = try String(
          contentsOfFile: installation.directory + "/bad.csv", encoding: .utf8)
        #expect(text.contains("4,\"No identifier provided"))
      }
    }
  }
}
