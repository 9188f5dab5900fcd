import Foundation
import MusterTestSupport
import Testing

/// The sessions of the guide, with the built programs.
@Suite(.timeLimit(.minutes(3))) struct GuideTests {
  @Test func `the guide's file imports as the guide says, and again changes what it says`()
    async throws
  {
    try await Installation.with { installation, _ in
      try await installation.makeGuideCatalogue()
      let file = try installation.fixture("members-guide.csv")
      let first = try await installation.run("import", file, "--yes", "--output", "ndjson")
      #expect(first.exitCode == 0, "\(first.errors)")
      let summary = try first.object("summary")
      #expect(summary.outcomes == [4, 1, 0, 0])
      #expect(summary.count("received") == 5 && summary.count("committed") == 5)
      #expect(summary.count("repeats") == 1 && summary.count("identifier_changes") == 0)
      let rows = CSVRecords.parse(try await installation.run("export").output)
      #expect(rows.count == 5)
      #expect(rows.map { $0[0] } == ["email", "alice@example.com", "bob@example.com", "", ""])
      let columns = rows[0]
      let alice = Dictionary(uniqueKeysWithValues: zip(columns, rows[1]))
      #expect(alice["description"] == "Now on the board")
      #expect(Set((alice["labels"] ?? "").split(separator: ",")) == ["vip", "premium"])
      #expect(alice["form.patient.blood_type"] == "A+")
      #expect(alice["notify_email"] == "true" && alice["notify_sms"] == "false")

      let second = try await installation.run("import", file, "--yes", "--output", "ndjson")
      #expect(second.exitCode == 0)
      #expect(try second.object("summary").outcomes == [0, 2, 3, 0])
      #expect(
        !FileManager.default.fileExists(
          atPath: installation.directory + "/members-guide.rejects.csv"))
    }
  }

  @Test func `500 members are created once, and an import of the same again writes none`()
    async throws
  {
    try await Installation.with { installation, _ in
      try await installation.makeSurveyCatalogue()
      let file = try installation.fixture("members-500.csv")
      let first = try await installation.run("import", file, "--output", "ndjson")
      #expect(first.exitCode == 0, "\(first.errors)")
      #expect(try first.object("summary").outcomes == [500, 0, 0, 0])
      let before = try await installation.dumpMembers()
      #expect(before.split(separator: "\n").count >= 500)
      let second = try await installation.run("import", file, "--output", "ndjson")
      #expect(second.exitCode == 0)
      #expect(try second.object("summary").outcomes == [0, 0, 500, 0])
      #expect(try await installation.dumpMembers() == before)
    }
  }

  @Test func `an export imports again, in a pipe or as a file, and changes nothing`() async throws {
    try await Installation.with { installation, _ in
      try await installation.makeSurveyCatalogue()
      try await installation.run(
        "import", Binaries.fixture("members-500.csv"), "--rejects", installation.directory + "/r")
      let before = try await installation.dumpMembers()
      for with in ["", "id,role"] {
        let file = installation.directory + "/export\(with).csv"
        let export = try await installation.run("export", "--to", file, "--with", with)
        #expect(export.exitCode == 0, "\(export.errors)")
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
        let bytes = try String(contentsOfFile: file, encoding: .utf8)
        let piped = try await installation.run("import", "-", text: bytes)
        #expect(piped.exitCode == 0, "\(piped.errors)")
        #expect(try piped.object("summary").outcomes == [0, 0, 500, 0])
        let redirected = try await installation.run("import", "-", input: .file(file))
        #expect(try redirected.object("summary").outcomes == [0, 0, 500, 0])
        let named = try await installation.run("import", file)
        #expect(try named.object("summary").outcomes == [0, 0, 500, 0])
      }
      #expect(try await installation.dumpMembers() == before)
      // Byte for byte: what came back in is what goes out.
      let again = try await installation.run("export")
      let file = try String(contentsOfFile: installation.directory + "/export.csv", encoding: .utf8)
      #expect(again.output == file)
    }
  }

  @Test func `an export holds what the fixture held`() async throws {
    try await Installation.with { installation, _ in
      try await installation.makeSurveyCatalogue()
      let fixture = Binaries.fixture("members-500.csv")
      try await installation.run("import", fixture, "--rejects", installation.directory + "/r")
      let sent = CSVRecords.parse(try String(contentsOfFile: fixture, encoding: .utf8))
      let got = CSVRecords.parse(try await installation.run("export").output)
      #expect(got.count == sent.count)
      let places = sent[0].map { got[0].firstIndex(of: $0) }
      let flags: Set = ["notify_email", "notify_sms", "notify_voice"]
      for (before, after) in zip(sent, got).dropFirst() {
        for (column, place) in places.enumerated() {
          let name = sent[0][column]
          let found = after[try #require(place, "\(name)")]
          let wanted = before[column]
          if flags.contains(name) {
            #expect(found == (wanted == "1" ? "true" : wanted == "0" ? "false" : wanted))
          } else {
            #expect(found == wanted, "\(name)")
          }
        }
      }
    }
  }

  @Test func `members come from standard input`() async throws {
    try await Installation.with { installation, _ in
      let result = try await installation.run(
        "import", "-",
        text: "email,name\r\na@example.com,\"A \"\"x\"\"\nb\"\r\n\r\nb@example.com,\r\n")
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(try result.object("summary").outcomes == [2, 0, 0, 0])
      let rows = CSVRecords.parse(try await installation.run("export").output)
      #expect(rows[1][3] == "A \"x\"\nb")
    }
  }
}
