import Foundation
import MusterTestSupport
import Testing

/// An import goes on by itself when its daemon comes back.
@Suite(.timeLimit(.minutes(4)), .serialized) struct ReconnectTests {
  @Test func `a daemon that is killed in the middle and started again costs nothing`()
    async throws
  {
    try await Installation.with(config: ResumeScene.noLimits) { installation, daemon in
      let scene = try ResumeScene(installation) { $0 % 1_000 == 7 }
      let command = try scene.start()
      defer { command.end() }
      var daemon = daemon
      var committed = 0
      for _ in 0..<2 {
        committed = try await scene.waitForRows(command, moreThan: committed).count("committed")
        daemon.send(SIGKILL)
        _ = await daemon.exitCode()
        daemon = try await installation.startDaemon()
      }
      defer { daemon.end() }
      let result = await installation.result(command)
      #expect(result.exitCode == 2, "\(result.errors)")
      let summary = try result.object("summary")
      let rejected = ResumeScene.rowCount / 1_000
      #expect(summary.outcomes == [ResumeScene.rowCount - rejected, 0, 0, rejected])
      let types = result.objects.map { $0["type"] as? String ?? "" }
      #expect(types.count { $0 == "started" } == 1)
      #expect((1...2).contains(types.count { $0 == "resumed" }), "\(types)")
      #expect(types.contains("waiting"))
      try await expectLedger(scene, summary)
      let faults = result.objects.filter { $0["type"] as? String == "fault" }.map {
        $0.count("row") - 1
      }
      let wanted = (0..<rejected).map { $0 * 1_000 + 7 }
      #expect(faults.sorted() == wanted, "a fault was told twice, or not at all")
      try await scene.expectUndisturbed(result)
      #expect(try scene.noteNames() == [])
    }
  }

  private func expectLedger(
    _ scene: ResumeScene, _ summary: [String: any Sendable]
  ) async throws {
    let id = try #require(summary["import_id"] as? String)
    let shown = try #require(try await scene.installation.run("imports", "show", id).objects.first)
    #expect(shown["state"] as? String == "finished")
    #expect(shown.count("received") == ResumeScene.rowCount)
    #expect(shown.count("committed") == ResumeScene.rowCount)
    #expect(shown.outcomes == summary.outcomes)
    #expect(try await scene.memberCount() == shown.count("created"))
  }

  @Test func `a pipe goes on too, with the rows that are not durable yet`() async throws {
    try await Installation.with(config: ResumeScene.noLimits) { installation, daemon in
      let scene = try ResumeScene(installation) { $0 % 1_000 == 7 }
      let text = try String(contentsOfFile: scene.file, encoding: .utf8)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let command = try installation.start(
        ["import", "-", "--rejects", scene.rejects, "--output", "ndjson"], input: .pipe)
      defer { command.end() }
      command.write(lines[..<60_001].joined(separator: "\n") + "\n")
      _ = try await scene.waitForRows(command)
      daemon.send(SIGKILL)
      _ = await daemon.exitCode()
      let next = try await installation.startDaemon()
      defer { next.end() }
      command.write(lines[60_001...].joined(separator: "\n"))
      command.closeInput()
      let result = await installation.result(command)
      #expect(result.exitCode == 2, "\(result.errors)")
      let rejected = ResumeScene.rowCount / 1_000
      #expect(
        try result.object("summary").outcomes == [ResumeScene.rowCount - rejected, 0, 0, rejected])
      try await scene.expectUndisturbed(result)
    }
  }

  @Test func `a daemon that does not come back ends the command, which says how to go on`()
    async throws
  {
    try await Installation.with(config: ResumeScene.noLimits) { installation, daemon in
      let scene = try ResumeScene(installation) { _ in false }
      let command = try scene.start(environment: ["MUSTER_RECONNECT_SECONDS": "1"])
      defer { command.end() }
      let event = try await scene.waitForRows(command)
      daemon.send(SIGKILL)
      _ = await daemon.exitCode()
      let result = await installation.result(command)
      #expect(result.exitCode == 1)
      let id = try #require(event["import_id"] as? String)
      #expect(result.errors.contains("--resume --import-id \(id)"), "\(result.errors)")
      #expect(result.errors.contains("in vain for 1 s"), "\(result.errors)")
      #expect(try result.object("waiting").count("attempt") >= 2)

      let next = try await installation.startDaemon()
      defer { next.end() }
      let whole = try await scene.run("--resume", "--import-id", id)
      #expect(whole.exitCode == 0, "\(whole.errors)")
      #expect(try whole.object("started").count("next_row") >= event.count("committed"))
      #expect(try whole.object("summary").outcomes == [ResumeScene.rowCount, 0, 0, 0])
    }
  }

  @Test func `a private daemon that is killed is started again`() async throws {
    try await PrivateHome.with { home in
      _ = try home.write("config/muster/muster.json", ResumeScene.noLimits)
      let rows = (0..<ResumeScene.rowCount).map { "u\($0)\n" }.joined()
      let file = try home.write("m.csv", "external_id\n" + rows)
      let command = try home.start(["import", file])
      defer { command.end() }
      for await line in command.output.lines where line.contains("\"progress\"") {
        if (CommandResult.object(line)?.count("committed") ?? 0) > 0 { break }
      }
      try await home.endDaemon()
      let result = await home.result(command)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(try result.object("summary").count("created") == ResumeScene.rowCount)
      #expect(try home.startCount() == 2)
    }
  }
}
