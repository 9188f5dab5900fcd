import Foundation
import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// Damage to a store's files is found when it is opened.
struct DamageTests {
  private static let secret = "canary-of-the-damage-tests"

  /// A store of one member whose log is emptied into its file, or not.
  private static func store(in directory: borrowing TemporaryDirectory, isEmptied: Bool) throws {
    let writer = try WorkspaceWriter(path: directory.file())
    let definition = try definition("i", columns: ["external_id", "name"])
    _ = try writer.open(definition, observer: { _ in })
    writer.apply(definition.chunk(seed: writer.seed, [["p1", secret]]), importID: "i")
    try writer.finish("i", rowCount: 1) { _ in }
    #expect(writer.commit() == nil)
    if isEmptied { writer.shutDown() }
  }

  private static func edit(_ path: String, _ body: (inout Data) -> Void) throws {
    let url = URL(fileURLWithPath: path)
    var bytes = try Data(contentsOf: url)
    body(&bytes)
    // In place: a new file would be another database.
    let file = try FileHandle(forWritingTo: url)
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: bytes)
    try file.close()
  }

  private static func expectDataLoss(_ path: String, naming part: String) {
    do throws(StoreError) {
      _ = try WorkspaceWriter(path: path)
      Issue.record("the damage was not found")
    } catch {
      #expect(error.code == .dataLoss)
      #expect(error.message.contains(part))
      #expect(!error.message.contains(secret))
    }
  }

  @Test func `a bit that flips inside a member's name is found`() throws {
    let directory = try TemporaryDirectory()
    try Self.store(in: directory, isEmptied: true)
    try Self.edit(directory.file()) { bytes in
      let place = bytes.range(of: Data(Self.secret.utf8))?.lowerBound
      #expect(place != nil)
      bytes[place ?? 0] ^= 1
    }
    Self.expectDataLoss(directory.file(), naming: "I/O error")
  }

  @Test func `a log that is gone is found`() throws {
    let directory = try TemporaryDirectory()
    try Self.store(in: directory, isEmptied: false)
    try FileManager.default.removeItem(atPath: directory.file() + "-wal")
    Self.expectDataLoss(directory.file(), naming: "is gone")
  }

  @Test func `a log that has lost its end is found`() throws {
    let directory = try TemporaryDirectory()
    try Self.store(in: directory, isEmptied: false)
    try Self.edit(directory.file() + "-wal") { $0.removeLast(100) }
    Self.expectDataLoss(directory.file(), naming: "sound pages of at least")
  }

  @Test func `whoever accepts it goes on with what the database has`() throws {
    let directory = try TemporaryDirectory()
    try Self.store(in: directory, isEmptied: false)
    for suffix in ["-wal", "-shm", "-witness"] {
      try FileManager.default.removeItem(atPath: directory.file() + suffix)
    }
    Self.expectDataLoss(
      directory.file(), naming: "run: echo accept > '\(directory.file())-witness'")
    try write(Array("accept\n".utf8), toFile: directory.file() + "-witness")
    let definition = try definition("j", columns: ["external_id", "name"])
    do {
      let writer = try WorkspaceWriter(path: directory.file())
      _ = try writer.open(definition, observer: { _ in })
      #expect(writer.commit() == nil)
    }
    // From then on it is a store like any other.
    _ = try WorkspaceWriter(path: directory.file())
    try FileManager.default.removeItem(atPath: directory.file() + "-wal")
    Self.expectDataLoss(directory.file(), naming: "is gone")
  }

  @Test func `a store that was shut down needs no log`() throws {
    let directory = try TemporaryDirectory()
    try Self.store(in: directory, isEmptied: true)
    try FileManager.default.removeItem(atPath: directory.file() + "-wal")
    _ = try WorkspaceWriter(path: directory.file())
  }
  @Test func `a log stays if its witness cannot take back what it claims`() throws {
    let directory = try TemporaryDirectory()
    try Self.store(in: directory, isEmptied: false)
    let witness = directory.file() + "-witness"
    do {
      let writer = try WorkspaceWriter(path: directory.file())
      try FileManager.default.moveItem(atPath: witness, toPath: witness + "-kept")
      try FileManager.default.createSymbolicLink(
        atPath: witness, withDestinationPath: "/dev/full")
      writer.shutDown()
    }
    try FileManager.default.removeItem(atPath: witness)
    try FileManager.default.moveItem(atPath: witness + "-kept", toPath: witness)
    let log = try FileManager.default.attributesOfItem(atPath: directory.file() + "-wal")
    #expect((log[.size] as? Int ?? 0) > 0)
    _ = try WorkspaceWriter(path: directory.file())
  }
}
