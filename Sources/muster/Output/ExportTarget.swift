internal import Glibc
internal import MusterCSV
internal import MusterClient
internal import Synchronization

/// Where an export goes: standard output, or a file that gets its name when it is complete.
final class ExportTarget: Sendable {
  private struct State {
    var sink: ByteSink
    var writer = CSVWriter()
  }

  private let path: String?
  private let temporaryPath: String
  private let state: Mutex<State>
  private let isComplete = Atomic(false)

  /// - Parameter path: The file; nil is standard output.
  init(path: String?) throws(CommandFailure) {
    self.path = path
    temporaryPath = "\(path ?? "").part-\(getpid())"
    guard let path else {
      state = Mutex(State(sink: .standardOutput()))
      return
    }
    let descriptor = unsafe open(
      temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .system("Writing \(path) failed") }
    state = Mutex(State(sink: ByteSink(descriptor: descriptor, name: path)))
  }

  deinit {
    guard path != nil else { return }
    close(state.withLock { $0.sink.descriptor })
    if !isComplete.load(ordering: .relaxed) { unsafe unlink(temporaryPath) }
  }

  func write(header: [String]) throws {
    try state.withLock { state in
      for name in header { state.writer.append(name, to: &state.sink.bytes) }
      state.writer.endRow(in: &state.sink.bytes)
      try state.sink.flushIfFull()
    }
  }

  func write(_ rows: RowChunk) throws {
    try state.withLock { state in
      for row in 0..<rows.rowCount {
        let cells = unsafe rows.cells(ofRow: row)
        for place in 0..<cells.count {
          unsafe state.writer.append(cell: cells[place].buffer, to: &state.sink.bytes)
        }
        state.writer.endRow(in: &state.sink.bytes)
      }
      try state.sink.flushIfFull()
    }
  }

  /// Writes the rest and gives the file its name.
  func complete() throws {
    let descriptor = try state.withLock { state in
      try state.sink.flush()
      return state.sink.descriptor
    }
    guard let path else { return }
    guard fsync(descriptor) == 0, unsafe rename(temporaryPath, path) == 0 else {
      throw CommandFailure.system("Writing \(path) failed")
    }
    isComplete.store(true, ordering: .relaxed)
  }
}
