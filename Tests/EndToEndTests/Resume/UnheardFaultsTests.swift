import Foundation
import MusterTestSupport
import Testing

/// Rows that the daemon rejected while no command listened come into the rejects file all the same.
@Suite(.timeLimit(.minutes(4)), .serialized) struct UnheardFaultsTests {
  private static let importID = "0f0e0d0c-0b0a-4908-8706-050403020101"
  private static let text =
    "external_id,name,date_of_birth\n,A,x\nu1,B,\nu2,\"two\nlines\",1980-02-30\n,\"D\",\nu3,E,y\n"
  private static let rejected = [
    ["_line", "_error", "external_id", "name", "date_of_birth"],
    ["2", "", "", "A", "x"], ["4", "", "u2", "two\nlines", "1980-02-30"],
    ["6", "", "", "D", ""], ["7", "", "u3", "E", "y"],
  ]

  /// Expects each rejected row of the text once, with faults.
  private func expectRejects(_ path: String) throws {
    var rows = CSVRecords.parse(try String(contentsOfFile: path, encoding: .utf8))
    #expect(rows.dropFirst().allSatisfy { $0[1].contains("Invalid") || $0[1].contains("No id") })
    for place in rows.indices.dropFirst() { rows[place][1] = "" }
    #expect(rows == Self.rejected)
  }

  @Test func `every row of a file that is rejected while its command is dead`() async throws {
    try await Installation.with(config: ResumeScene.noLimits) { installation, _ in
      let scene = try ResumeScene(installation) { $0 % 20 == 7 }
      let command = try scene.start()
      defer { command.end() }
      _ = try await scene.waitForRows(command)
      // The daemon still decides the rows that it was sent.
      command.send(SIGKILL)
      #expect(await command.exitCode() == -SIGKILL)
      let result = try await scene.run()
      #expect(result.exitCode == 2, "\(result.errors)")
      #expect(try result.object("summary").count("rejected") == ResumeScene.rowCount / 20)
      try await scene.expectUndisturbed(result)
    }
  }

  @Test func `every row of a pipe whose command was killed, when all of it is piped in again`()
    async throws
  {
    try await Installation.with(config: ResumeScene.noLimits) { installation, _ in
      let scene = try ResumeScene(installation) { $0 % 1_000 == 7 }
      let arguments = [
        "import", "-", "--import-id", Self.importID, "--rejects", scene.rejects, "--output",
        "ndjson",
      ]
      let text = try String(contentsOfFile: scene.file, encoding: .utf8)
      let command = try installation.start(arguments, input: .pipe)
      defer { command.end() }
      let feeding = Task.detached { command.write(text) }
      _ = try await scene.waitForRows(command)
      command.send(SIGKILL)
      #expect(await command.exitCode() == -SIGKILL)
      _ = await feeding.value
      let again = try installation.start(arguments, input: .pipe)
      defer { again.end() }
      let feedingAgain = Task.detached {
        again.write(text)
        again.closeInput()
      }
      let result = await installation.result(again)
      _ = await feedingAgain.value
      #expect(result.exitCode == 2, "\(result.errors)")
      #expect(try result.object("started").count("next_row") > 0)
      try await scene.expectUndisturbed(result)
      let told = result.objects.filter { $0["type"] as? String == "fault" }.map { $0.count("row") }
      #expect(told == (0..<ResumeScene.rowCount / 1_000).map { $0 * 1_000 + 8 })
    }
  }

  @Test(arguments: ["file", "pipe"])
  func `every row of an import that is over already`(_ kind: String) async throws {
    try await Installation.with { installation, _ in
      let rejects = installation.directory + "/r.csv"
      let first = try await installation.run(
        "import", "-", "--import-id", Self.importID, text: Self.text)
      #expect(first.exitCode == 2)
      let arguments = ["--import-id", Self.importID, "--rejects", rejects, "--output", "ndjson"]
      let command: RunningProcess
      if kind == "file" {
        let file = try installation.write("m.csv", Self.text)
        command = try installation.start(["import", file] + arguments)
      } else {
        command = try installation.start(["import", "-"] + arguments, input: .pipe)
        command.write(Self.text)
        command.closeInput()
      }
      let result = await installation.result(command)
      #expect(result.exitCode == 2, "\(result.errors)")
      #expect(result.errors.isEmpty)
      try expectRejects(rejects)
      let faults = result.objects.filter { $0["type"] as? String == "fault" }
      #expect(faults.map { $0.count("row") } == [1, 1, 3, 4, 5])
      if kind == "file" { #expect(faults.map { $0.count("line") } == [2, 2, 4, 6, 7]) }
    }
  }

  @Test func `what is over the ledger's bound is counted, and a file that has it is kept`()
    async throws
  {
    try await Installation.with(config: #"{"limits": {"ledgerFaults": 3}}"#) { installation, _ in
      let rejects = installation.directory + "/r.csv"
      func importAll(_ options: String...) async throws -> CommandResult {
        let command = try installation.start(
          ["import", "-", "--import-id", Self.importID, "--output", "text"] + options, input: .pipe)
        command.write(Self.text)
        command.closeInput()
        return await installation.result(command)
      }
      #expect(try await importAll("--rejects", rejects).exitCode == 2)
      try expectRejects(rejects)
      let again = try await importAll("--rejects", rejects)
      #expect(again.exitCode == 2 && again.errors.isEmpty, "\(again.errors)")
      try expectRejects(rejects)
      let other = installation.directory + "/other.csv"
      let lacking = try await importAll("--rejects", other)
      #expect(lacking.exitCode == 2)
      #expect(
        lacking.errors.contains("2 rejected rows of this import are not in the rejects file"),
        "\(lacking.errors)")
      let rows = CSVRecords.parse(try String(contentsOfFile: other, encoding: .utf8))
      #expect(rows.map { $0[0] } == ["_line", "2", "4"])
    }
  }
}
