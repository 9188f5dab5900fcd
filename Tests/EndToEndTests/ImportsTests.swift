import Foundation
import MusterTestSupport
import Testing

/// `muster imports`, from the listing to the undo.
@Suite(.timeLimit(.minutes(3))) struct ImportsTests {
  private static let none = "0f0e0d0c-0b0a-4908-8706-050403020100"

  /// Imports a text from a pipe, and gives the import's id.
  private func importText(_ installation: Installation, _ text: String) async throws -> String {
    let result = try await installation.run("import", "-", text: text)
    return try #require(try result.object("summary")["import_id"] as? String)
  }

  @Test func `imports are listed with their counts, the newest first`() async throws {
    try await Installation.with { installation, _ in
      let first = try await importText(installation, "external_id,name\np,A\nq,A\n")
      let second = try await importText(installation, "external_id,email\np,bad\n")
      let listed = try await installation.run("imports", "list")
      #expect(listed.exitCode == 0)
      #expect(listed.objects.map { $0["import_id"] as? String } == [second, first])
      #expect(listed.objects.map(\.outcomes) == [[0, 0, 0, 1], [2, 0, 0, 0]])
      #expect(listed.objects.allSatisfy { $0["state"] as? String == "finished" })
      let limited = try await installation.run("imports", "list", "--limit", "1")
      #expect(limited.objects.map { $0["import_id"] as? String } == [second])
      let open = try await installation.run("imports", "list", "--state", "open")
      #expect(open.exitCode == 0 && open.output.isEmpty)
      let table = try await installation.run("imports", "list", "--output", "text")
      #expect(table.output.split(separator: "\n").count == 3)
      #expect(table.output.hasPrefix("IMPORT"))
      #expect(try await installation.run("imports", "list", "--state", "odd").exitCode == 64)
      // The faults of one of them.
      let faults = try await installation.run("imports", "faults", second)
      let fault = try faults.object("fault")
      #expect(fault["code"] as? String == "invalid_email" && fault.count("row") == 1)
      #expect(
        Set(fault.keys) == ["type", "row", "line", "column", "code", "message", "hint"])
      let text = try await installation.run("imports", "faults", second, "--output", "text")
      #expect(text.output.contains("Invalid email format"))
    }
  }

  @Test func `an undo takes an import back, and lists what it kept`() async throws {
    try await Installation.with { installation, _ in
      let first = try await importText(installation, "external_id,name\np,A\nq,A\n")
      let before = try await installation.run("export").output
      let second = try await importText(installation, "external_id,name\np,B\nq,B\nr,B\n")
      _ = try await importText(installation, "external_id,name\nq,C\n")
      let undone = try await installation.run("imports", "undo", second)
      #expect(undone.exitCode == 2, "\(undone.output) \(undone.errors)")
      let kept = try undone.object("kept")
      #expect(kept.count("member") == 2 && kept["column"] as? String == "name")
      #expect(kept["reason"] as? String == "it has changed since")
      let summary = try undone.object("summary")
      #expect(["deleted", "restored", "kept"].map(summary.count) == [1, 1, 1])
      let after = try await installation.run("export").output
      #expect(after == before.replacingOccurrences(of: "q,A", with: "q,C"))
      let shown = try #require(
        try await installation.run("imports", "show", second).objects.first)
      #expect(shown["state"] as? String == "undone" && shown.count("kept") == 1)
      #expect(shown["can_undo"] as? Bool == false)
      // In words, and whole.
      let text = try await installation.run(
        "imports", "undo", first, "--yes", "--output", "text")
      #expect(text.exitCode == 2)
      #expect(text.output.contains("Kept: member 2: it has changed since"))
      #expect(text.output.contains("1 member deleted, 0 changes taken back, 1 kept"))
      let again = try await installation.run("import", "-", "--import-id", second, text: "name\n")
      #expect(again.exitCode == 1)
      let nothing = try await installation.run("imports", "undo", Self.none)
      #expect(nothing.exitCode == 1 && nothing.errors.contains("knows no import"))
      #expect(try await installation.run("imports", "undo", "x").exitCode == 64)
    }
  }

  @Test func `an import is watched and cancelled from outside`() async throws {
    try await Installation.with { installation, _ in
      let id = Self.none
      let process = try installation.start(
        ["import", "-", "--import-id", id, "--output", "ndjson"], input: .pipe)
      defer { process.end() }
      process.write("external_id\np\nq\n")
      #expect(await process.output.line(containing: "started") != nil)
      let watch = try installation.start(["imports", "watch", id])
      defer { watch.end() }
      #expect(await watch.output.line(containing: "running") != nil)
      let cancelled = try await installation.run("imports", "cancel", id)
      #expect(cancelled.exitCode == 0, "\(cancelled.errors)")
      #expect(cancelled.objects.first?["state"] as? String == "cancelled")
      let watched = await installation.result(watch)
      #expect(watched.exitCode == 1)
      #expect(try watched.object("summary")["state"] as? String == "cancelled")
      let stopped = await installation.result(process)
      #expect(stopped.exitCode == 1)
      #expect(stopped.errors.contains("cancelled"), "\(stopped.errors)")
      #expect(!stopped.errors.contains("To go on"), "\(stopped.errors)")
      let over = try await installation.run("imports", "watch", id)
      #expect(over.exitCode == 1 && over.objects.count == 1)
      let finished = try await importText(installation, "external_id\nr\n")
      #expect(try await installation.run("imports", "watch", finished).exitCode == 0)
      #expect(try await installation.run("imports", "cancel", finished).exitCode == 1)
    }
  }
}
