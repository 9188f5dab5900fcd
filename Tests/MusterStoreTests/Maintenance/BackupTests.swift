import Foundation
import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// Copies of a store that is in use.
@Suite(.timeLimit(.minutes(2))) struct BackupTests {
  /// The bytes of a complete copy.
  private func read(_ backup: any StoreBackup) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let part = try backup.read(byteCountMax: 10_000)
      if part.isEmpty { return bytes }
      bytes += part
    }
  }

  @Test func `a copy made while an import runs is the store as it was at one commit`() async throws
  {
    let directory = try TemporaryDirectory()
    let copies = try TemporaryDirectory()
    let store = try WorkspaceStore(name: "test", path: directory.file(), backups: copies.path)
    let rows = try definition("i", columns: ["external_id", "description"])
    let start = try await store.begin(rows) { _ in }
    let text = String(repeating: "x", count: 2_000)
    func apply(_ chunk: Int) {
      let people = (0..<500).map { ["p\(chunk * 500 + $0)", text] }
      store.apply(rows.chunk(at: UInt64(chunk * 500), seed: start.seed, people), importID: "i")
    }
    for chunk in 0..<20 { apply(chunk) }
    let backup = store.makeBackup()
    var steps = 0
    var next = 20
    while let progress = try await backup.step() {
      steps += 1
      #expect(progress.byteCount <= progress.byteTotal)
      // What is added while the copy is made is in it, and does not make it begin anew.
      if next < 24 {
        apply(next)
        next += 1
      }
    }
    #expect(steps > 3)
    let copied = backup.memberCount
    #expect(copied >= 10_000 && copied.isMultiple(of: 500))
    apply(next)
    _ = await store.release(importID: "i")
    let path = copies.file("restored.db")
    try write(try read(backup), toFile: path)
    // A single file, sound, of the rows up to a chunk, with the import as it stood then.
    #expect(try FileManager.default.contentsOfDirectory(atPath: copies.path) == ["restored.db"])
    let checker = StoreChecker(path: path)
    while try await checker.step() != nil {}
    #expect(checker.report.findings == [] && checker.report.members == copied)
    #expect(try FileManager.default.contentsOfDirectory(atPath: copies.path) == ["restored.db"])
    let stored = try dump(
      path, "SELECT (SELECT count(*) FROM member), (SELECT next_row FROM import)", columns: 2)
    #expect(stored == [["'\(copied)'", "'\(copied)'"]])
    // A workspace goes on from it.
    let restored = try WorkspaceStore(name: "test", path: path)
    let again = try await restored.begin(rows) { _ in }
    #expect(again.record.progress.committed == copied)
    try await restored.importRows("j", ["external_id"], [["new"]])
  }

  @Test func `a copy that is given up leaves nothing behind`() async throws {
    let directory = try TemporaryDirectory()
    let copies = try TemporaryDirectory()
    let store = try WorkspaceStore(name: "test", path: directory.file(), backups: copies.path)
    try await store.importRows(
      "i", ["external_id", "description"], Self.longRows(5_000))
    var backup: (any StoreBackup)? = store.makeBackup()
    _ = try await backup?.step()
    #expect(try FileManager.default.contentsOfDirectory(atPath: copies.path).count == 1)
    backup = nil
    try await store.importRows("j", ["external_id"], [["new"]])
    #expect(try FileManager.default.contentsOfDirectory(atPath: copies.path).isEmpty)
  }

  @Test func `what a killed daemon has left of a copy goes at the next start`() throws {
    let directory = try TemporaryDirectory()
    _ = try DataDirectory(path: directory.file("data"))
    try write([1], toFile: directory.file("data/backups/default-1.db"))
    _ = try DataDirectory(path: directory.file("data"))
    let left = try FileManager.default.contentsOfDirectory(atPath: directory.file("data/backups"))
    #expect(left.isEmpty)
  }

  @Test func `a copy without room says so, leaves the store as it was, and is made with room`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let copy = directory.file("full.db")
    let store = try WorkspaceStore(name: "test", path: directory.file())
    try await store.importRows("i", ["external_id", "description"], Self.longRows(2_000))
    try await store.run { writer throws(StoreError) in
      let run = try BackupRun(of: writer.connection, to: copy)
      defer { run.end() }
      // SQLite's own bound on a file's pages stands for a full disk.
      try run.target.execute("PRAGMA max_page_count = 20")
      do throws(StoreError) {
        while !run.isComplete { _ = try run.step() }
        Issue.record("the copy has room")
      } catch {
        #expect(error.code == .resourceExhausted)
        #expect(error.message.contains("no room for the copy \(copy)"))
      }
    }
    try await store.importRows("j", ["external_id"], [["new"]])
    let backup = store.makeBackup()
    while try await backup.step() != nil {}
    #expect(backup.memberCount == 2_001)
  }

  @Test func `a copy of a damaged page is told as damage of the store, not as want of room`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let path = directory.file()
    let secret = "canary-of-the-backup-tests"
    let first = try WorkspaceStore(name: "test", path: path)
    let rows = Self.longRows(200)
    try await first.importRows("i", ["external_id", "description"], rows)
    try await first.importRows("j", ["external_id", "description"], [["p0", secret]])
    // Now only the before-images have it, which nobody reads when the store is opened.
    try await first.importRows("k", ["external_id", "description"], [rows[0]])
    await first.shutDown()
    try flipBit(of: secret, in: path)
    let store = try WorkspaceStore(name: "test", path: path)
    let backup = store.makeBackup()
    do throws(StoreError) {
      while try await backup.step() != nil {}
      Issue.record("the damage was not found")
    } catch {
      #expect(error.code == .dataLoss)
      #expect(error.message.contains("The database \(path) failed"))
      #expect(!error.message.contains(secret))
    }
  }

  private static func longRows(_ count: Int) -> [[String]] {
    let text = String(repeating: "x", count: 2_000)
    return (0..<count).map { ["p\($0)", text] }
  }

  /// Spoils the only place of a file that has a text.
  private func flipBit(of text: String, in path: String) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let place = try #require(bytes.range(of: Data(text.utf8))).lowerBound
    #expect(bytes[(place + 1)...].range(of: Data(text.utf8)) == nil)
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.seek(toOffset: UInt64(place))
    try file.write(contentsOf: [bytes[place] ^ 1])
    try file.close()
  }
}
