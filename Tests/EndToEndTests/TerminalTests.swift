import Foundation
import MusterTestSupport
import Testing

/// What a person sees at a terminal.
@Suite(.timeLimit(.minutes(2))) struct TerminalTests {
  @Test func `an import at a terminal shows a bar and a summary that names the store`() async throws
  {
    try await Installation.with { installation, _ in
      try await installation.makeSurveyCatalogue()
      _ = try installation.fixture("members-faulty-300.csv")
      let result = try await installation.runAtTerminal("import members-faulty-300.csv --yes")
      #expect(result.exitCode == 2, "\(result.output)")
      let rejected = ExpectedFaults.all.count
      #expect(result.output.contains("300"))
      #expect(result.output.contains("%"), "no bar: \(result.output)")
      #expect(result.output.contains("Store: \(installation.dataPath)/workspaces/default.db"))
      #expect(result.output.contains("Rejected rows: members-faulty-300.rejects.csv"))
      #expect(result.output.contains("rejected   \(rejected)"))
      #expect(result.output.contains("x Invalid email format"))
      #expect(!result.output.contains("{\"type\""))
    }
  }

  @Test func `NO_COLOR leaves the colours out`() async throws {
    try await Installation.with { installation, _ in
      _ = try installation.write("m.csv", "email\na@x.org\n")
      let plain = try await installation.runAtTerminal(
        "import m.csv --yes", environment: ["NO_COLOR": "1"])
      #expect(plain.exitCode == 0)
      #expect(plain.output.contains("%"))
      #expect(!plain.output.contains("\u{1B}[3"))
    }
  }

  @Test func `a table is printed at a terminal and objects in a pipe`() async throws {
    try await Installation.with { installation, _ in
      try await installation.run("label", "create", "vip")
      let table = try await installation.runAtTerminal("label list")
      #expect(table.output.contains("LABEL") && table.output.contains("vip"))
      let piped = try await installation.run("label", "list")
      #expect(piped.objects.map { $0["slug"] as? String } == ["vip"])
    }
  }

  @Test func `an undo asks at a terminal, and does nothing without a yes`() async throws {
    try await Installation.with { installation, _ in
      let imported = try await installation.run("import", "-", text: "external_id\np\n")
      let id = try #require(try imported.object("summary")["import_id"] as? String)
      // Nobody types: the end of the input is a no.
      let asked = try await installation.runAtTerminal("imports undo \(id)")
      #expect(asked.exitCode == 1)
      #expect(asked.output.contains("made 1 member and changed members 0 times. Undo it? [y/N]"))
      #expect(asked.output.contains("Nothing was undone."))
      let undone = try await installation.runAtTerminal("imports undo --yes \(id)")
      #expect(undone.exitCode == 0 && undone.output.contains("1 member deleted"))
      #expect(!undone.output.contains("[y/N]"))
    }
  }
  @Test func `a workspace with members is deleted only after a yes`() async throws {
    try await Installation.with { installation, _ in
      try await installation.run("workspace", "create", "acme")
      try await installation.run(
        "--workspace", "acme", "import", "-", text: "external_id\np\n")
      let asked = try await installation.runAtTerminal("workspace delete acme", typed: "n\n")
      #expect(asked.exitCode == 1)
      #expect(asked.output.contains("1 member"), "\(asked.output)")
      #expect(asked.output.contains("Delete acme with its members? [y/N]"), "\(asked.output)")
      let kept = try await installation.run("workspace", "list").objects
      #expect(kept.map { $0["name"] as? String } == ["acme", "default"])
      let deleted = try await installation.runAtTerminal("workspace delete acme", typed: "y\n")
      #expect(deleted.exitCode == 0, "\(deleted.output)")
      #expect(deleted.output.contains("The workspace acme is deleted, with 1 member."))
      #expect(try await installation.run("workspace", "list").objects.count == 1)
    }
  }
}
