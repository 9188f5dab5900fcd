import Foundation
import MusterTestSupport
import Testing

/// An interrupted command goes on where it stopped when it is run again.
@Suite(.timeLimit(.minutes(4)), .serialized) struct ResumeTests {
  private static let importID = "0f0e0d0c-0b0a-4908-8706-050403020100"

  /// Interrupts an import of a new scene, and waits until its command is gone.
  private func interrupt(
    _ installation: Installation, with signal: Int32, _ options: [String] = []
  ) async throws -> (scene: ResumeScene, id: String, committed: Int, result: CommandResult) {
    let scene = try ResumeScene(installation) { ResumeScene.faultyRows.contains($0) }
    let command = try scene.start(options)
    defer { command.end() }
    let event = try await scene.waitForRows(command)
    command.send(signal)
    let result = await installation.result(command)
    let id = try #require(event["import_id"] as? String)
    return (scene, id, event.count("committed"), result)
  }

  /// Expects a run that went on, and finished, with all rejected rows in the file once.
  private func expectWhole(
    _ result: CommandResult, _ scene: ResumeScene, id: String, from committed: Int
  ) async throws {
    #expect(result.exitCode == 2, "\(result.errors)")
    let started = try result.object("started")
    #expect(started["import_id"] as? String == id)
    #expect(started.count("next_row") >= committed)
    let faulty = ResumeScene.faultyRows.count
    let summary = try result.object("summary")
    #expect(summary.outcomes == [ResumeScene.rowCount - faulty, 0, 0, faulty])
    #expect(try scene.rejectedRows() == ResumeScene.faultyRows)
    #expect(!result.errors.contains("not in the rejects file"), "\(result.errors)")
    #expect(try await scene.memberCount() == ResumeScene.rowCount - faulty)
    #expect(try scene.noteNames() == [])
  }

  @Test func `a command that is killed goes on when it is run again`() async throws {
    try await Installation.with(config: ResumeScene.noLimits) { installation, _ in
      let (scene, id, committed, result) = try await interrupt(installation, with: SIGKILL)
      #expect(result.exitCode == -SIGKILL)
      #expect(!FileManager.default.fileExists(atPath: scene.rejects))
      let names = try scene.noteNames()
      #expect(names.count == 2 && names.allSatisfy { $0.hasPrefix(id) }, "\(names)")
      for name in [""] + names.map({ "/" + $0 }) {
        let mode = try FileManager.default.attributesOfItem(atPath: scene.notes + name)[
          .posixPermissions]
        #expect((mode as? NSNumber)?.intValue == (name.isEmpty ? 0o700 : 0o600))
      }
      try await expectWhole(try await scene.run(), scene, id: id, from: committed)
      #expect(try await scene.export() == scene.undisturbedExport())
    }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `an interrupted command says how to go on, and --resume does`(_ signal: Int32)
    async throws
  {
    try await Installation.with(config: ResumeScene.noLimits) { installation, _ in
      let (scene, id, committed, result) = try await interrupt(installation, with: signal)
      #expect(result.exitCode == 1)
      #expect(result.errors.contains("The import was interrupted."), "\(result.errors)")
      #expect(result.errors.contains("--resume --import-id \(id)"), "\(result.errors)")
      try await expectWhole(try await scene.run("--resume"), scene, id: id, from: committed)
    }
  }

  @Test func `a changed file, or other options, are not gone on with`() async throws {
    try await Installation.with(config: ResumeScene.noLimits) { installation, _ in
      let (scene, id, committed, _) = try await interrupt(installation, with: SIGINT)
      let text = try String(contentsOfFile: scene.file, encoding: .utf8)
      for options in [["--resume"], ["--import-id", id], ["--resume", "--import-id", id]] {
        let other = try await installation.result(scene.start(options + ["--normalize"]))
        #expect(other.exitCode == 1)
        #expect(other.errors.contains("other columns or options"), "\(other.errors)")
        _ = try installation.write("m.csv", text.replacing("u100,n100", with: "u100,n101"))
        let changed = try await installation.result(scene.start(options))
        #expect(changed.exitCode == 1)
        #expect(changed.output.isEmpty)
        #expect(changed.errors.contains("its bytes have changed"), "\(changed.errors)")
        #expect(changed.errors.contains(id))
        _ = try installation.write("m.csv", text)
      }
      try await expectWhole(try await scene.run(), scene, id: id, from: committed)
    }
  }

  @Test func `a changed file without --resume is a new import, and the old one is named`()
    async throws
  {
    try await Installation.with(config: ResumeScene.noLimits) { installation, _ in
      let (scene, id, _, _) = try await interrupt(installation, with: SIGINT)
      _ = try installation.write("m.csv", "external_id\nx\n")
      let result = try await scene.run()
      #expect(result.exitCode == 0)
      #expect(result.errors.contains("import \(id)"), "\(result.errors)")
      #expect(try result.object("summary").outcomes == [1, 0, 0, 0])
      #expect(try scene.noteNames().count == 2)
    }
  }

  @Test func `--resume with an id that nobody knows begins, and a finished import leaves nothing`()
    async throws
  {
    try await Installation.with { installation, _ in
      let file = try installation.write("m.csv", "external_id\nu\n")
      let notes = installation.directory + "/state/muster/imports"
      func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: notes)
      }
      let result = try await installation.run(
        "import", file, "--resume", "--import-id", Self.importID)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(try result.object("summary")["import_id"] as? String == Self.importID)
      #expect(try result.object("summary").outcomes == [1, 0, 0, 0])
      #expect(try names() == [])
      #expect(try await installation.run("import", file, "--resume").exitCode == 0)
      let again = try await installation.run("import", file)
      #expect(try again.object("summary").outcomes == [0, 0, 1, 0])
      let bad = try installation.write("bad.csv", "emial\nx\n")
      #expect(try await installation.run("import", bad).exitCode == 1)
      let stopped = try installation.write("stopped.csv", "email\nx\ny\n")
      #expect(try await installation.run("import", stopped, "--max-faults", "1").exitCode == 1)
      #expect(try names() == [])
    }
  }

  @Test func `a file that two commands import at once is refused to the second`() async throws {
    try await Installation.with(config: ResumeScene.noLimits) { installation, _ in
      let scene = try ResumeScene(installation) { _ in false }
      let command = try scene.start()
      defer { command.end() }
      _ = try await scene.waitForRows(command)
      let second = try await scene.run()
      #expect(second.exitCode == 1)
      #expect(second.errors.contains("at work on this very import"), "\(second.errors)")
      let result = await installation.result(command)
      #expect(result.exitCode == 0, "\(result.errors)")
    }
  }

  @Test func `where nothing can be written down, the import goes on with a warning`() async throws {
    try await Installation.with { installation, _ in
      let file = try installation.write("m.csv", "external_id\nu\n")
      _ = try installation.write("state", "no directory")
      let result = try await installation.run("import", file)
      #expect(result.exitCode == 0)
      #expect(result.errors.contains("is not written down"), "\(result.errors)")
    }
  }

  @Test func `rejected rows that could not be written are, when the command is run again`()
    async throws
  {
    try await Installation.with { installation, _ in
      let file = try installation.write("m.csv", "email\nbad\na@x.org\n")
      // A device without room in the file's place fails only when the file is written.
      let rejects = installation.directory + "/r.csv"
      try FileManager.default.createSymbolicLink(
        atPath: rejects, withDestinationPath: "/dev/full")
      let failed = try await installation.run("import", file, "--rejects", rejects, "--follow")
      #expect(failed.exitCode == 1)
      #expect(failed.errors.contains("run the command again as it is"), "\(failed.errors)")
      try FileManager.default.removeItem(atPath: rejects)
      let result = try await installation.run("import", file, "--rejects", rejects, "--follow")
      #expect(result.exitCode == 2, "\(result.errors)")
      #expect(try result.object("summary").outcomes == [1, 0, 0, 1])
      let rows = CSVRecords.parse(try String(contentsOfFile: rejects, encoding: .utf8))
      #expect(rows.dropFirst().map(\.last) == ["bad"])
    }
  }

  @Test func `old notes go, and so do those over their number`() async throws {
    try await Installation.with { installation, _ in
      let notes = installation.directory + "/state/muster/imports"
      try FileManager.default.createDirectory(
        atPath: notes, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      for number in 0..<120 {
        for ending in ["import", "faults"] {
          let path = "\(notes)/\(100 + number).\(ending)"
          let age = number == 7 ? 31 * 86_400.0 : Double(number)
          try "".write(toFile: path, atomically: false, encoding: .utf8)
          try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path)
        }
      }
      // Something looked too old more than a day ago: the clock has stood since.
      let mark = notes + "/too-old"
      try "".write(toFile: mark, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -90_000)], ofItemAtPath: mark)
      let file = try installation.write("m.csv", "external_id\nu\n")
      #expect(try await installation.run("import", file).exitCode == 0)
      let names = Set(try FileManager.default.contentsOfDirectory(atPath: notes))
      let kept = Set(
        (0...100).filter { $0 != 7 }.flatMap { ["\(100 + $0).import", "\(100 + $0).faults"] })
      #expect(names == kept.union(["too-old"]))
    }
  }
}
