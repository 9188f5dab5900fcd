import Foundation
import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// Workspaces that are deleted and renamed.
struct WorkspaceRemovalTests {
  let temporary: TemporaryDirectory
  let directory: DataDirectory

  init() throws {
    temporary = try TemporaryDirectory()
    directory = try DataDirectory(path: temporary.file("data"))
  }

  private var files: [String] {
    let path = temporary.file("data") + "/workspaces"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { !$0.hasPrefix("default") }.sorted()
  }

  private func code(_ body: () throws -> Void) -> StoreError.Code? {
    do {
      try body()
      return nil
    } catch { return (error as? StoreError)?.code }
  }

  @Test("an empty workspace goes with its files, one with members only if that is asked for")
  func deleting() async throws {
    let store = try directory.create("a")
    #expect(try directory.delete("a", withMembers: false) == 0)
    #expect(files == [])
    #expect(try directory.list().map(\.name) == ["default"])
    #expect(code { _ = try directory.workspace("a") } == .notFound)
    // Whoever holds it still is told, and writes nothing.
    let error = await #expect(throws: StoreError.self) { try await store.createRole("x") }
    #expect(error?.code == .notFound && files == [])

    let again = try directory.create("a")
    #expect(again.catalogue.roles.count == 2)
    try await again.importRows("1", ["external_id"], [["p"], ["q"]])
    let refusal = #expect(throws: StoreError.self) {
      try directory.delete("a", withMembers: false)
    }
    #expect(refusal?.message.contains("2 members") == true)
    // Refused, it goes on as before.
    try await again.importRows("2", ["external_id"], [["r"]])
    #expect(try directory.delete("a", withMembers: true) == 3)
    #expect(files == [] && code { _ = try directory.workspace("a") } == .notFound)
  }

  @Test("a renamed workspace has all it had, in the log too")
  func renaming() async throws {
    let store = try directory.create("old")
    try await store.importRows("1", ["external_id"], [["p"], ["q"]])
    _ = try await store.createLabels(["vip"])
    // The reader of this call is kept for the next, and must not keep the file.
    #expect(try await store.member(.id(1)).id == 1)
    #expect(try directory.rename("old", to: "new").hasSuffix("/workspaces/new.db"))
    #expect(files == ["new.db"])
    let renamed = try directory.workspace("new")
    #expect(renamed.name == "new" && renamed.catalogue.labels == ["vip"])
    try await renamed.importRows("2", ["external_id"], [["r"], ["p"]])
    #expect(try await renamed.memberCounts().roles == [2: 3])
    let error = await #expect(throws: StoreError.self) {
      try await store.importRows("3", ["external_id"], [["z"]])
    }
    #expect(error?.code == .notFound && error?.message.contains("called new") == true)
    await #expect(throws: StoreError.self) { try await store.member(.id(1)) }
    #expect(try await renamed.member(.externalID("r")).id == 3)
    #expect(code { _ = try directory.workspace("old") } == .notFound)
    #expect(try directory.create("old").catalogue.labels == [])
  }

  @Test("nothing happens while an import runs, nor to a file that is read and renamed")
  func inUse() async throws {
    let store = try directory.create("a")
    let rows = try definition("1")
    _ = try await store.begin(rows) { _ in }
    for withMembers in [true, false] {
      let refused = code { _ = try directory.delete("a", withMembers: withMembers) }
      #expect(refused == .failedPrecondition)
    }
    #expect(code { _ = try directory.rename("a", to: "b") } == .failedPrecondition)
    _ = await store.release(importID: "1")
    var export: (any MemberExport)? = try store.makeExport(with: [], filter: MemberFilter())
    #expect(export != nil && code { _ = try directory.rename("a", to: "b") } == .aborted)
    try await store.importRows("2", ["external_id"], [["p"]])
    export = nil
    #expect(code { _ = try directory.rename("a", to: "b") } == nil)
    #expect(files.first == "b.db")
  }

  @Test("an export goes on to its end over a workspace that is deleted and made anew")
  func deletedUnderAnExport() async throws {
    let store = try directory.create("a")
    let count = 2_000
    try await store.importRows("1", ["external_id"], people(0..<count).map { [$0[0]] })
    let export = try store.makeExport(with: [], filter: MemberFilter())
    var rows = 0
    var hasMore = unsafe try export.readPage { _ in rows += 1 }
    _ = try directory.delete("a", withMembers: true)
    let again = try directory.create("a")
    try await again.importRows("1", ["external_id"], [["other"]])
    while hasMore { hasMore = unsafe try export.readPage { _ in rows += 1 } }
    #expect(rows == count)
    #expect(try await again.memberCounts().roles == [2: 1])
  }

  @Test(
    "a name is checked before any path is made of it",
    arguments: [
      "../default", "..", "a/b", "a\0b", "A", "", String(repeating: "x", count: 65), "a.db",
    ])
  func badNames(_ name: String) throws {
    _ = try directory.create("a")
    #expect(code { _ = try directory.delete(name, withMembers: true) } == .invalidArgument)
    #expect(code { _ = try directory.rename(name, to: "b") } == .invalidArgument)
    #expect(code { _ = try directory.rename("a", to: name) } == .invalidArgument)
    #expect(code { _ = try directory.create(name) } == .invalidArgument)
    #expect(try directory.list().map(\.name) == ["a", "default"])
  }

  @Test("default stays, and no name is taken twice")
  func refused() throws {
    _ = try directory.create("a")
    #expect(code { _ = try directory.delete("default", withMembers: true) } == .failedPrecondition)
    #expect(code { _ = try directory.rename("default", to: "b") } == .failedPrecondition)
    #expect(code { _ = try directory.rename("a", to: "default") } == .alreadyExists)
    #expect(code { _ = try directory.rename("a", to: "a") } == .alreadyExists)
    #expect(code { _ = try directory.delete("b", withMembers: true) } == .notFound)
    #expect(try directory.list().map(\.name) == ["a", "default"])
  }

  @Test("a log without its database is what a lost workspace has left, and no new one's")
  func staleLog() async throws {
    let store = try directory.create("a")
    try await store.importRows("1", ["external_id"], [["p"]])
    let file = temporary.file("data") + "/workspaces/a.db"
    let log = try bytes(ofFile: file + "-wal")
    #expect(log.count > 0)
    _ = try directory.delete("a", withMembers: true)
    #expect(code { _ = try directory.workspace("a") } == .notFound)
    try write(log, toFile: file + "-wal")
    #expect(code { _ = try directory.workspace("a") } == .dataLoss)
    #expect(code { _ = try directory.create("a") } == .alreadyExists)
    #expect(try bytes(ofFile: file + "-wal") == log)
  }

  @Test("a deletion that was cut off is finished at the next start, and before anything is made")
  func cutDeletion() async throws {
    for isAtStart in [true, false] {
      let temporary = try TemporaryDirectory()
      let path = temporary.file("data")
      let file = path + "/workspaces/a.db"
      var directory = try DataDirectory(path: path)
      if isAtStart {
        try await directory.create("a").importRows("1", ["external_id"], [["p"]])
        await directory.shutDown()
        try write([], toFile: DataDirectory.deletionMark(of: file))
        _ = consume directory
        directory = try DataDirectory(path: path)
      } else {
        try write([1], toFile: file + "-wal")
        try write([], toFile: DataDirectory.deletionMark(of: file))
      }
      #expect(code { _ = try directory.workspace("a") } == .notFound)
      #expect(try directory.list().map(\.name) == ["default"])
      let again = try directory.create("a")
      #expect(try await again.memberCounts() == MemberCounts())
      #expect(!FileManager.default.fileExists(atPath: DataDirectory.deletionMark(of: file)))
    }
  }

  @Test("the workspace default is made once; where its files are gone it is lost")
  func lostDefault() async throws {
    let other = try TemporaryDirectory()
    let path = other.file("data")
    do { _ = try DataDirectory(path: path) }
    for ending in ["", "-wal", "-shm", "-witness"] {
      try? FileManager.default.removeItem(atPath: path + "/workspaces/default.db" + ending)
    }
    let again = try DataDirectory(path: path)
    #expect(code { _ = try again.workspace("") } == .dataLoss)
    #expect(try again.list().isEmpty)
    #expect(try again.create("default").catalogue.roles.count == 2)
    #expect(code { _ = try again.workspace("") } == nil)
  }
}
