import Foundation
import MusterTestSupport
import Testing

/// Workspaces that close by themselves, as an operator sees them.
@Suite(.timeLimit(.minutes(2))) struct OpenWorkspacesTests {
  @Test func `an idle workspace closes, the log says so, and the next command opens it`()
    async throws
  {
    let config = #"{"workspaces": {"idleSeconds": 1}}"#
    try await Installation.with(config: config) { installation, daemon in
      let file = try installation.write("m.csv", "external_id,name\np,n\nq,n\n")
      #expect(try await installation.run("import", file).exitCode == 0)
      let line = try #require(await daemon.errors.line(containing: "workspace closed"))
      #expect(line.contains("workspace=default") && line.contains("reason=idle"), "\(line)")
      let log = try FileManager.default.attributesOfItem(
        atPath: installation.dataPath + "/workspaces/default.db-wal")
      #expect((log[.size] as? Int) == 0)
      #expect(try await installation.run("member", "list").objects.count == 2)
      let again = try await installation.run("import", file, "--import-id", UUID().uuidString)
      #expect(try again.object("summary").outcomes == [0, 0, 2, 0])
    }
  }

  @Test func `a workspace with an import under way is not closed for another one`() async throws {
    try await Installation.with(config: #"{"workspaces": {"open": 1}}"#) { installation, daemon in
      let command = try installation.start(["import", "-", "--yes"], input: .pipe)
      defer { command.end() }
      command.write("external_id\np\n")
      _ = await command.output.line(containing: "started")
      let refused = try await installation.run("workspace", "create", "other")
      #expect(
        refused.exitCode == 1 && refused.errors.contains("workspaces.open"), "\(refused.errors)")
      command.write("q\n")
      command.closeInput()
      #expect(await installation.result(command).exitCode == 0)
      // A watch or a stream that has just ended may be counted for a moment.
      while try await installation.run("workspace", "create", "other").exitCode != 0 {}
      let line = try #require(await daemon.errors.line(containing: "workspace closed"))
      #expect(line.contains("workspace=default") && line.contains("reason=count"), "\(line)")
    }
  }
}
