import MusterCore
import Testing

@testable import MusterStore

struct CollisionRoomTests {
  /// In a process of its own: a set without room traps.
  @Test("more members may share a tag than a batch of one row has room for")
  func manyCandidates() async {
    await #expect(processExitsWith: .success) {
      let directory = try TemporaryDirectory()
      let seed = HashSeed(first: 1, second: 2, mask: 0xFFFF_FFFF)
      let writer = try WorkspaceWriter(path: directory.file(), seed: seed)
      let rows = try definition("i")
      _ = try writer.open(rows, observer: { _ in })
      writer.apply(rows.chunk(seed: seed, people(0..<300)), importID: "i")
      writer.apply(rows.chunk(at: 300, seed: seed, people(300..<301)), importID: "i")
      writer.apply(rows.chunk(at: 301, seed: seed, people(299..<300, name: "x")), importID: "i")
      try writer.finish("i", rowCount: 302) { _ in }
      #expect(writer.commit() == nil)
      let counts = try writer.entry("i")?.record.progress.counts
      try #require(counts?.created == 301)
      try #require(counts?.updated == 1)
    }
  }
}
