internal import MusterWire
internal import Synchronization

/// The rows of one import between the task that writes them and the task that sends them.
///
/// One chunk is filled while another is sent. A chunk goes when it is full, when its writer
/// flushes, or ``ClientBounds/rowDelayMax`` after its first row.
final class RowQueue: Sendable {
  private struct State: ~Copyable, Sendable {
    var rows: OpenChunk
    var nextRow: UInt64
    /// The rows are to be sent though their chunk is not full.
    var isDue = false
    /// The writer has ended.
    var isFinished = false
    /// The daemon has ended the import.
    var hasEnded = false
  }

  private enum Step {
    case send(RowChunk)
    case wait, end
  }

  private let state: Mutex<State>
  /// Wakes the task that sends.
  private let due = Signal()
  /// Wakes the task that writes.
  private let taken = Signal()
  /// Wakes the task that keeps the time.
  private let begun = Signal()

  init(_ accepted: ImportAccepted) {
    state = Mutex(State(rows: OpenChunk(limits: accepted.limits), nextRow: accepted.nextRow))
  }

  var nextRow: UInt64 { state.withLock { $0.nextRow } }

  // MARK: The task that writes

  /// Adds the row whose cells the body appends, and waits if that fills the chunk.
  func add(_ cells: (inout OpenChunk) -> Void) async throws {
    let isFull = try state.withLock { state in
      if state.hasEnded { throw ImportStreamEnded() }
      cells(&state.rows)
      state.rows.endRow()
      state.nextRow += 1
      if state.rows.rowCount == 1 { begun.raise() }
      return state.rows.isFull
    }
    if isFull { try await flush() }
  }

  /// Waits until the rows so far are being sent.
  func flush() async throws {
    state.withLock { $0.isDue = $0.rows.rowCount > 0 }
    due.raise()
    while true {
      let isTaken = try state.withLock { state in
        if state.hasEnded { throw ImportStreamEnded() }
        return state.rows.rowCount == 0
      }
      if isTaken { return }
      guard await taken.wait() else { throw CancellationError() }
    }
  }

  /// No more rows come.
  func finish() {
    state.withLock { $0.isFinished = true }
    due.raise()
  }

  // MARK: The task that sends

  /// The next chunk, once there is one to be sent; nil after the last.
  func next() async throws -> RowChunk? {
    while true {
      switch try state.withLock({ try Self.step(&$0) }) {
      case .send(let chunk):
        taken.raise()
        return chunk
      case .end: return nil
      case .wait: guard await due.wait() else { throw CancellationError() }
      }
    }
  }

  private static func step(_ state: inout State) throws -> Step {
    let isDue = state.isDue || state.isFinished || state.rows.isFull
    state.isDue = false
    let rowCount = state.rows.rowCount
    if rowCount == 0 { return state.isFinished ? .end : .wait }
    return isDue ? .send(try state.rows.build(firstRow: state.nextRow - UInt64(rowCount))) : .wait
  }

  /// The daemon takes no more rows.
  func end() {
    state.withLock { $0.hasEnded = true }
    taken.raise()
  }

  // MARK: The task that keeps the time

  /// Sends the rows of a slow writer, until the task is cancelled.
  func keepTime() async {
    while await begun.wait() {
      do {
        try await Task.sleep(for: ClientBounds.rowDelayMax)
      } catch {
        return
      }
      state.withLock { $0.isDue = true }
      due.raise()
    }
  }
}

extension RowQueue {
  /// Runs the closure that writes, and sends what it writes.
  ///
  /// - Throws: What the closure throws, after the rows that it wrote are sent.
  static func send(
    columns: [MemberColumn], to sender: inout ImportRowSender,
    _ rows: @escaping @Sendable (inout RowWriter) async throws -> Void
  ) async throws {
    let accepted = sender.accepted
    let queue = RowQueue(accepted)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { queue.finish() }
        var writer = RowWriter(accepted: accepted, queue: queue, layout: MemberLayout(columns))
        try await rows(&writer)
      }
      group.addTask { await queue.keepTime() }
      do {
        while let chunk = try await queue.next() { try await sender.send(chunk) }
      } catch {
        queue.end()
        throw error
      }
      // The writer has ended; only the time is still kept.
      group.cancelAll()
      try await group.waitForAll()
    }
  }
}
