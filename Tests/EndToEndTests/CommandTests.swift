import Foundation
import MusterCore
import MusterTestSupport
import Testing

/// What scripts rely on: exit codes, keys, and where words go.
@Suite(.timeLimit(.minutes(3))) struct CommandTests {
  private static let counts = [
    "received", "committed", "created", "updated", "unchanged", "rejected", "repeats",
    "identifier_changes", "normalized", "opt_ins", "opt_outs",
  ]

  @Test func `the events have the keys of the contract`() async throws {
    try await Installation.with { installation, _ in
      let file = try installation.write("m.csv", "email,name\nbad,\na@x.org,\u{1}\n")
      let result = try await installation.run("import", file, "--output", "ndjson")
      #expect(result.output.split(separator: "\n").count == result.objects.count, "not all JSON")
      let types = result.objects.compactMap { $0["type"] as? String }
      #expect(types.count == result.objects.count)
      #expect(types.first == "started" && types.last == "summary")
      #expect(Set(types).isSubset(of: ["started", "progress", "fault", "summary"]))
      for object in result.objects {
        if object["type"] as? String == "fault" {
          #expect(
            Set(object.keys) == ["type", "row", "line", "column", "code", "message", "hint"])
        } else {
          #expect(Set(Self.counts + ["type", "import_id"]).isSubset(of: object.keys))
        }
      }
      let ids = Set(result.objects.compactMap { $0["import_id"] as? String })
      #expect(ids.count == 1)
      let summary = try result.object("summary")
      #expect(summary["store"] as? String == installation.dataPath + "/workspaces/default.db")
      #expect(summary["workspace"] as? String == "default")
    }
  }

  @Test func `both programs tell the same version, and nothing else`() async throws {
    for binary in [Binaries.muster, Binaries.musterd] {
      let program = try RunningProcess(binary, ["--version"])
      #expect(await program.exitCode() == 0)
      #expect(await program.output.text() == "\(MusterVersion.current)\n")
      #expect(await program.errors.text() == "")
    }
  }

  @Test func `an import that is shown has the counts of its summary`() async throws {
    try await Installation.with { installation, _ in
      let file = try installation.write("m.csv", "email\nbad\na@x.org\na@x.org\n")
      let summary = try await installation.run("import", file).object("summary")
      let id = try #require(summary["import_id"] as? String)
      let shown = try #require(try await installation.run("imports", "show", id).objects.first)
      for key in Self.counts { #expect(shown.count(key) == summary.count(key), "\(key)") }
      #expect(shown["state"] as? String == "finished")
    }
  }

  @Test func `cells that normalize changed are counted, but for rejected rows and ignored columns`()
    async throws
  {
    try await Installation.with { installation, _ in
      let file = try installation.write(
        "m.csv",
        "_line,email,phone,name\n 1, a@x.org,+1 555 000-0001, \n2, bad, ,x \n3,b@x.org,,B\n")
      let summary = try await installation.run("import", file, "--normalize").object("summary")
      #expect(summary.outcomes == [2, 0, 0, 1])
      #expect(summary.count("normalized") == 3)
      let again = try await installation.run("import", file, "--normalize", "--output", "text")
      #expect(again.output.contains("\n3 cells normalized.\n"), "\(again.output)")
      let preview = try await installation.run("preview", file, "--normalize", "--output", "text")
      #expect(preview.output.contains("\n  normalized cells  3\n"), "\(preview.output)")
      let plain = try await installation.run("import", file).object("summary")
      #expect(plain.count("normalized") == 0)
    }
  }

  @Test func `exit codes tell stored, rejected, failed and misused apart`() async throws {
    try await Installation.with { installation, _ in
      let good = try installation.write("good.csv", "email\na@x.org\n")
      let bad = try installation.write("bad.csv", "email\nb@x.org\nbad\n")
      let broken = try installation.write("broken.csv", "email\nc@x.org\n\"open\n")
      let headerOnly = try installation.write("header.csv", "email,name\n")
      let empty = try installation.write("empty.csv", "")
      #expect(try await installation.run("import", good).exitCode == 0)
      #expect(try await installation.run("import", bad).exitCode == 2)
      #expect(try await installation.run("import", headerOnly).exitCode == 0)
      for arguments in [
        broken, empty, installation.directory + "/none.csv", installation.directory,
      ] {
        let result = try await installation.run("import", arguments)
        #expect(result.exitCode == 1, "\(arguments)")
        #expect(result.errors.hasPrefix("muster: "), "\(result.errors)")
        #expect(result.output.isEmpty)
      }
      for arguments in [
        ["import"], ["import", good, "--labels", "some"], ["import", good, "--no-such-option"],
        ["import", good, "--import-id", "x"], ["no-such-command"],
        ["import", good, "--delimiter", "ab"],
      ] {
        let result = try await installation.result(installation.start(arguments))
        #expect(result.exitCode == 64, "\(arguments): \(result.errors)")
      }
      let members = CSVRecords.parse(try await installation.run("export").output)
      #expect(members.dropFirst().map { $0[0] } == ["a@x.org", "b@x.org"])
    }
  }

  @Test func `nobody listening is a failure in words`() async throws {
    try await withTemporaryDirectory { path in
      let installation = Installation(directory: path)
      let file = try installation.write("m.csv", "email\na@x.org\n")
      for format in ["text", "ndjson"] {
        let result = try await installation.run("import", file, "--output", format)
        #expect(result.exitCode == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("start musterd"))
      }
      #expect(try await installation.run("health").exitCode == 1)
    }
  }

  @Test(arguments: ["text", "ndjson"])
  func `a refused header says everything on standard error`(_ format: String) async throws {
    try await Installation.with { installation, _ in
      let file = try installation.write("m.csv", "emial,name,name\nx,y,z\n")
      let result = try await installation.run("import", file, "--output", format)
      #expect(result.exitCode == 1)
      #expect(result.output.isEmpty)
      for phrase in [
        "Unknown column \"emial\"", "did you mean \"email\"?", "\"name\" (column 3) is there twice",
        "No identifier column",
      ] { #expect(result.errors.contains(phrase), "\(result.errors)") }
    }
  }

  @Test func `unknown columns are ignored when that is asked for`() async throws {
    try await Installation.with { installation, _ in
      let file = try installation.write("m.csv", "email,shoe_size,,name\na@x.org,44,z,A\n")
      #expect(try await installation.run("import", file).exitCode == 1)
      let result = try await installation.run("import", file, "--ignore-unknown-columns")
      #expect(result.exitCode == 0, "\(result.errors)")
      let rows = CSVRecords.parse(try await installation.run("export").output)
      #expect(rows[1][0] == "a@x.org" && rows[1][3] == "A")
    }
  }

  @Test func `a file over the limit of rows is refused before anything is applied`() async throws {
    try await Installation.with { installation, _ in
      func file(_ count: Int) throws -> String {
        try installation.write(
          "m\(count).csv", "external_id\n" + (0..<count).map { "u\($0)\n" }.joined())
      }
      let result = try await installation.run("import", try file(10_001))
      #expect(result.exitCode == 1)
      #expect(result.errors.contains("10001 rows") && result.errors.contains("rowsPerImport"))
      #expect(CSVRecords.parse(try await installation.run("export").output).count == 1)
      let most = try await installation.run("import", try file(10_000))
      #expect(most.exitCode == 0)
      #expect(try most.object("summary").count("created") == 10_000)
    }
  }

  @Test func `a pipe over the limit of rows keeps those up to it, and says so`() async throws {
    try await Installation.with(config: #"{"limits": {"rowsPerImport": 10}}"#) { installation, _ in
      let text = "external_id\n" + (0..<20).map { "u\($0)\n" }.joined()
      let result = try await installation.run("import", "-", text: text)
      #expect(result.exitCode == 1)
      #expect(result.errors.contains("limit of 10 rows"))
      #expect(CSVRecords.parse(try await installation.run("export").output).count == 11)
    }
  }

  @Test func `the options of rows reach the daemon`() async throws {
    try await Installation.with { installation, _ in
      try await installation.run("label", "create", "a", "b")
      func run(_ text: String, _ options: String...) async throws -> [Int] {
        let path = try installation.write("in.csv", text)
        let process = try installation.start(["import", path] + options)
        return try await installation.result(process).object("summary").outcomes
      }
      let head = "external_id,phone,name,labels\n"
      #expect(try await run(head + "u1,+15551234567,N,a\n") == [1, 0, 0, 0])
      #expect(try await run(head + "u1, +1 (555) 123-4567,,\n", "--normalize") == [0, 0, 1, 0])
      #expect(try await run(head + "u1,+15557654321,,\n", "--strict-identity") == [0, 0, 0, 1])
      #expect(try await run(head + "u1,,,b\n", "--labels", "replace") == [0, 1, 0, 0])
      #expect(try await run(head + "u1,,NULL,\n", "--clear-token", "NULL") == [0, 1, 0, 0])
      #expect(try await run(head + "u2,,x,\nu2,,y,\n", "--reject-repeats") == [1, 0, 0, 1])
      let rows = CSVRecords.parse(try await installation.run("export").output)
      #expect(rows[1][2] == "u1" && rows[1][3] == "" && rows[1][1] == "+15551234567")
      #expect(rows[1][rows[0].firstIndex(of: "labels") ?? 0] == "b")
    }
  }

  @Test func `too many faults end the import with exit code 1`() async throws {
    try await Installation.with { installation, _ in
      let file = try installation.write(
        "m.csv", "email\n" + (0..<50).map { "bad\($0)\n" }.joined() + "a@x.org\n")
      let result = try await installation.run("import", file, "--max-faults", "3")
      #expect(result.exitCode == 1)
      #expect(result.errors.contains("stopped after 3 faults"), "\(result.errors)")
      #expect(CSVRecords.parse(try await installation.run("export").output).count == 1)
    }
  }
}
