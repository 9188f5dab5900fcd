internal import MusterCore
internal import MusterWire
internal import Synchronization

/// What the daemon says of a running import, on its way to the closures that want to hear it.
final class ImportObservers: Sendable {
  typealias FaultReader = @Sendable (ImportFaults) async throws -> Void
  typealias ProgressReader = @Sendable (AsyncStream<ImportProgress>) async throws -> Void

  private enum Outcome: Sendable {
    case read
    case ended(Result<ImportSummary, any Error>)
  }

  private let readFaults: FaultReader?
  private let readProgress: ProgressReader?
  private let queue = FaultQueue()
  private let kept = Mutex<[RowFault]>([])
  /// Keeps the newest only: a reader who is slow misses what is old, and holds nobody back.
  private let progress: AsyncStream<ImportProgress>
  private let progressed: AsyncStream<ImportProgress>.Continuation

  init(faults: FaultReader?, progress: ProgressReader?) {
    readFaults = faults
    readProgress = progress
    (self.progress, progressed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Runs a call beside the closures that read.
  ///
  /// A closure that throws cancels the call. When the call has ended, however it did, the closures
  /// read what has come before this returns.
  func observe(
    _ call: @escaping @Sendable () async throws -> ImportSummary
  ) async throws -> ImportResult {
    let summary = try await withThrowingTaskGroup(of: Outcome.self) { group in
      group.addTask { .ended(await self.run(call)) }
      if let readFaults {
        group.addTask { [queue] in
          defer { queue.close() }
          try await readFaults(ImportFaults(queue: queue))
          return .read
        }
      }
      if let readProgress {
        group.addTask { [progress] in
          try await readProgress(progress)
          return .read
        }
      }
      var result: Result<ImportSummary, any Error>?
      do {
        while let outcome = try await group.next() {
          if case .ended(let ended) = outcome { result = ended }
        }
      } catch {
        // Why the call failed is what the caller must know, if it did so first.
        _ = try result?.get()
        throw error
      }
      return try result?.get()
    }
    guard let summary else { throw CancellationError() }
    return ImportResult(summary, faults: kept.withLock { $0 })
  }

  private func run(
    _ call: @Sendable () async throws -> ImportSummary
  ) async -> Result<ImportSummary, any Error> {
    defer {
      queue.finish()
      progressed.finish()
    }
    do {
      let summary = try await call()
      progressed.yield(summary.progress)
      return .success(summary)
    } catch {
      return .failure(error)
    }
  }

  /// Hands on an event of the call; waits for the reader of the faults.
  func received(_ event: ImportEvent) async throws {
    switch event {
    case .accepted, .changes: break
    case .progress(let progress): progressed.yield(progress)
    case .faults(let faults):
      if readFaults != nil { return try await queue.send(faults) }
      kept.withLock { kept in
        kept += faults.prefix(ClientBounds.keptFaultsMax - kept.count)
      }
    }
  }
}
