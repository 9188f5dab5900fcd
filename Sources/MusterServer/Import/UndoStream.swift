internal import GRPCCore
internal import MusterCore
internal import MusterWire
internal import Synchronization

/// Undoes one import, step by step, and says what it does.
struct UndoStream {
  let store: any MemberStore
  let importID: String

  /// Kept fields of one message: about 32 KiB, more would outrun back-pressure (Library facts,
  /// "gRPC").
  private static let keptPerMessageMax = 256

  /// Undoes what is left to undo, unless the task is cancelled between two steps.
  func run(_ writer: RPCWriter<UndoImportResponse>) async throws {
    try await writeEarlier(writer)
    var lastProgressAt: ContinuousClock.Instant?
    while true {
      try Task.checkCancellation()
      let step = try await store.undoStep(importID: importID)
      try await write(step.kept, writer)
      if step.isDone {
        return try await writer.write(
          .summary(
            UndoSummary(
              importID: importID, progress: step.progress, workspace: store.name,
              store: store.location)))
      }
      let now = ContinuousClock.now
      if let last = lastProgressAt, now < last + ImportOutbox.progressInterval { continue }
      lastProgressAt = now
      try await writer.write(.progress(step.progress))
    }
  }

  /// What an undo that was interrupted has kept already.
  private func writeEarlier(_ writer: RPCWriter<UndoImportResponse>) async throws {
    var next: UInt64? = 0
    while let first = next {
      let page = try await store.kept(of: importID, from: first)
      try await write(page.elements, writer)
      next = page.next
    }
  }

  private func write(
    _ kept: [KeptField], _ writer: RPCWriter<UndoImportResponse>
  ) async throws {
    for first in stride(from: 0, to: kept.count, by: Self.keptPerMessageMax) {
      let end = min(first + Self.keptPerMessageMax, kept.count)
      try await writer.write(.kept(Array(kept[first..<end])))
      await Task.yield()
    }
  }
}

/// The undos that have a stream now: one for each import.
final class RunningUndos: Sendable {
  private struct Name: Hashable {
    var workspace: String
    var importID: String
  }

  private let names = Mutex<Set<Name>>([])

  /// Runs an undo, if no other of the same import runs.
  ///
  /// - Throws: `aborted`, or what `body` throws.
  func run(
    _ importID: String, in workspace: String, _ body: () async throws -> Void
  ) async throws {
    let name = Name(workspace: workspace, importID: importID)
    guard names.withLock({ $0.insert(name).inserted }) else {
      throw StoreError(
        reason: .busy,
        "The import \(importID) is being undone by another call; try again in a second.",
        [.importID: importID])
    }
    defer { names.withLock { _ = $0.remove(name) } }
    try await body()
  }
}
