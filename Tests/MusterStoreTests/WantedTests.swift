import Dispatch
import MusterCore
import MusterTestSupport
import Testing

@testable import MusterStore

/// Long work of the writer ends once its call does, and nothing of it stays.
@Suite(.timeLimit(.minutes(2))) struct WantedTests {
  let directory: TemporaryDirectory
  let store: WorkspaceStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try WorkspaceStore(name: "test", path: directory.file())
  }

  /// Cancels a call that waits for the writer's thread: what it ended with.
  private func cancelled(
    _ body: @escaping @Sendable (WorkspaceStore) async throws -> Void
  ) async -> StoreError? {
    let gate = DispatchSemaphore(value: 0)
    let store = store
    store.add(.tidy { _ in gate.wait() })
    let work = Task { try await body(store) }
    work.cancel()
    gate.signal()
    do {
      try await work.value
      return nil
    } catch {
      return error as? StoreError
    }
  }

  @Test func `a statement that never ends is ended`() async throws {
    let store = store
    let (begun, beginning) = AsyncStream<Void>.makeStream()
    let work = Task {
      try await Wanted.whileWaiting { wanted throws(StoreError) in
        try await store.run { writer throws(StoreError) in
          beginning.finish()
          return try writer.connection.interruptible(wanted) { () throws(StoreError) in
            try writer.connection.integer(
              """
              WITH RECURSIVE endless(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless)
              SELECT count(*) FROM endless
              """)
          }
        }
      }
    }
    for await _ in begun {}
    work.cancel()
    let error = await #expect(throws: StoreError.self) { try await work.value }
    #expect(error?.code == .cancelled)
    // The connection is as it was.
    try await store.importRows("1", ["external_id"], [["a"]])
  }

  @Test func `a change of the catalogue that nobody waits for changes nothing`() async throws {
    _ = try await store.createLabels(["a"])
    try await store.importRows("1", ["external_id", "labels"], [["u", "a"]])
    let error = await cancelled { _ = try await $0.change(.renameLabel("a", to: "b")) }
    #expect(error?.code == .cancelled)
    #expect(store.catalogue.labels == ["a"])
    #expect(try await store.change(.renameLabel("a", to: "b")).memberCount == 1)
  }

  @Test func `a preview that nobody waits for leaves nothing`() async throws {
    let before = try await store.everything()
    let error = await cancelled { _ = try await $0.preview(["external_id"], [["u"], ["v"]]) }
    #expect(error?.code == .cancelled)
    #expect(try await store.everything() == before)
  }

  @Test func `an all-or-nothing import that nobody waits for stays open, with nothing applied`()
    async throws
  {
    let error = await cancelled {
      _ = try await $0.importAllOrNothing("1", ["external_id"], [["u"], ["v"]])
    }
    #expect(error?.code == .cancelled)
    #expect(try memberDump(directory.file()).isEmpty)
    let done = try await store.importAllOrNothing("1", ["external_id"], [["u"], ["v"]])
    #expect(done.record.state == .finished && done.record.progress.counts.created == 2)
  }
}
