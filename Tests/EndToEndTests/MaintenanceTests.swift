import Foundation
import MusterTestSupport
import Testing

/// `muster check` and `muster backup`, and a restore.
@Suite(.timeLimit(.minutes(3))) struct MaintenanceTests {
  private static let people = (0..<500).map { "p\($0),e\($0)@x.org,N\($0)" }
  private static let csv = "external_id,email,name\n" + people.joined(separator: "\n") + "\n"

  private func permissions(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func `a backup restores what was, and both are sound`() async throws {
    try await Installation.with { installation, daemon in
      try await installation.run("import", "-", text: Self.csv)
      let before = try await installation.run("export", "--with", "id,role").output
      let copy = installation.directory + "/copy.db"
      let backup = try await installation.run("backup", "--to", copy)
      #expect(backup.exitCode == 0, "\(backup.errors)")
      let summary = try backup.object("summary")
      #expect(summary.count("members") == 500 && summary["workspace"] as? String == "default")
      let size = try FileManager.default.attributesOfItem(atPath: copy)[.size] as? Int
      #expect(try summary.count("bytes") == UInt64(#require(size)))
      #expect(try permissions(copy) == 0o600)
      // It is there already.
      let again = try await installation.run("backup", "--to", copy)
      #expect(again.exitCode == 1 && again.errors.contains("--replace"))
      #expect(try await installation.run("backup", "--to", copy, "--replace").exitCode == 0)
      // Checked by the daemon, and as a file.
      let live = try await installation.run("check")
      #expect(live.exitCode == 0, "\(live.output) \(live.errors)")
      #expect(try live.object("summary")["index_compared"] as? Bool == true)
      let file = try await installation.run("check", copy, "--output", "text")
      #expect(file.exitCode == 0 && file.output.contains("is sound: 500 members and 1 import"))
      // The store is changed, and put back.
      try await installation.run("import", "-", text: "external_id,name\np0,Other\nnew,New\n")
      #expect(try await installation.run("export", "--with", "id,role").output != before)
      daemon.end()
      _ = await daemon.exitCode()
      let store = installation.dataPath + "/workspaces/default.db"
      for ending in ["", "-wal", "-shm", "-witness"] {
        try? FileManager.default.removeItem(atPath: store + ending)
      }
      try FileManager.default.copyItem(atPath: copy, toPath: store)
      let restarted = try await installation.startDaemon()
      defer { restarted.end() }
      #expect(try await installation.run("export", "--with", "id,role").output == before)
      #expect(try await installation.run("check").exitCode == 0)
      let imported = try await installation.run("import", "-", text: "external_id\nlater\n")
      #expect(try imported.object("summary").count("created") == 1)
    }
  }

  /// Writes a store anew without checksums, as an older version left it, and spoils two members:
  /// what another program writes into pages that have checksums cannot be read at all.
  private static func damage(_ store: String, into copy: String) async throws {
    let shell = try #require(Binaries.system("sh"))
    let script = """
      { printf 'PRAGMA application_id = 0x4D535452; PRAGMA user_version = %s;\\n' \
          "$(sqlite3 "$1" 'PRAGMA user_version')"; sqlite3 "$1" .dump; } | sqlite3 "$2"
      sqlite3 "$2" "UPDATE member SET email = 'E7@X.ORG' WHERE id IN (3, 4)"
      """
    let process = try RunningProcess(shell, ["-c", script, "sh", store, copy])
    let code = await process.exitCode()
    #expect(code == 0)
  }

  @Test func `a damaged store is told by its rules and members, never by a value`() async throws {
    try await Installation.with { installation, daemon in
      try await installation.run("import", "-", text: Self.csv)
      let backup = installation.directory + "/backup.db"
      try await installation.run("backup", "--to", backup)
      let copy = installation.directory + "/copy.db"
      try await Self.damage(backup, into: copy)
      let check = try await installation.run("check", copy)
      #expect(check.exitCode == 2)
      let finding = try check.object("finding")
      #expect(finding["rule"] as? String == "duplicate_email" && finding.count("count") == 2)
      #expect(finding["members"] as? [UInt64] == [3, 4, 8])
      #expect(!check.output.lowercased().contains("e7@x"))
      let text = try await installation.run("check", copy, "--output", "text")
      #expect(text.output.contains("Members have the same email (duplicate_email, 2 x); members 3"))
      let none = try await installation.run("check", installation.directory + "/none.db")
      #expect(none.exitCode == 1 && none.errors.contains("There is no file"))
      let unknown = try await installation.run("check", "--workspace", "nope")
      #expect(unknown.exitCode == 1 && unknown.errors.contains("does not exist"))
      // A store that the daemon cannot open is still checked.
      try FileManager.default.copyItem(
        atPath: copy, toPath: installation.dataPath + "/workspaces/other.db")
      #expect(try await installation.run("check", "--workspace", "other").exitCode == 2)
      try Data(count: 50_000).write(
        to: URL(fileURLWithPath: installation.dataPath + "/workspaces/odd.db"))
      let odd = try await installation.run("check", "--workspace", "odd")
      #expect(odd.exitCode == 2 && odd.output.contains("unreadable"), "\(odd.output)")
      let summary = try odd.object("summary")
      #expect(summary["workspace"] as? String == "odd" && summary.count("findings") == 1)
    }
  }
}
