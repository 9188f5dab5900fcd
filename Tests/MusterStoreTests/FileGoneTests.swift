import Foundation
import MusterCore
import Testing

@testable import MusterStore

/// A file that another program changes or takes away: nothing more is acknowledged.
struct FileGoneTests {
  let directory: TemporaryDirectory
  let writer: WorkspaceWriter
  let log = EventLog()

  init() throws {
    directory = try TemporaryDirectory()
    writer = try WorkspaceWriter(path: directory.file())
    let rows = try definition("i")
    _ = try writer.open(rows, observer: log.observer)
    writer.apply(rows.chunk(seed: writer.seed, people(0..<2)), importID: "i")
    writer.commit()
  }

  /// Sends more rows, and expects that nobody is told that they are kept.
  func expectRefusal() throws {
    let rows = try definition("i")
    writer.apply(rows.chunk(at: 2, seed: writer.seed, people(2..<3)), importID: "i")
    writer.commit()
    #expect(log.failure?.code == .dataLoss)
    #expect(log.failureAndProgress?.1.committed == 2)
    #expect(log.committed?.committed == 2)
    #expect(throws: StoreError.self) { try writer.finish("i", rowCount: 3) { _ in } }
    #expect(throws: StoreError.self) { try writer.open(definition("j"), observer: { _ in }) }
    #expect(throws: StoreError.self) {
      try writer.change { () throws(StoreError) in
        try writer.connection.execute("DELETE FROM member")
      }
    }
    #expect(writer.commit() == nil)
  }

  @Test("rows for a file that another program wrote to are refused, and the import is told")
  func foreignWrite() throws {
    let other = try Connection(path: directory.file(), mode: .writer, cacheBytes: 1 << 20)
    try other.execute("UPDATE member SET name = 'x'")
    try expectRefusal()
    #expect(try dump(directory.file(), "SELECT id FROM member", columns: 1).count == 2)
  }

  @Test("rows for a file that is gone are refused, and the import is told")
  func deletedFile() throws {
    try FileManager.default.removeItem(atPath: directory.file())
    try expectRefusal()
  }

  @Test("rows for a file that was replaced are refused, and the import is told")
  func replacedFile() throws {
    let other = try TemporaryDirectory()
    _ = try WorkspaceWriter(path: other.file())
    try FileManager.default.removeItem(atPath: directory.file())
    try FileManager.default.copyItem(atPath: other.file(), toPath: directory.file())
    try expectRefusal()
  }
}
