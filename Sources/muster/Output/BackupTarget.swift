internal import Glibc
internal import MusterClient
internal import Synchronization

/// The file that a backup goes to; it gets its name when it is complete.
final class BackupTarget: Sendable {
  private struct State: ~Copyable {
    var file: NewFile
    var sink: ByteSink
    var written: UInt64 = 0
    var total: UInt64 = 0
    var bar: ProgressBar?

    mutating func show(_ byteCount: UInt64) {
      guard Terminal.isTerminal(2) else { return }
      var shown = bar ?? ProgressBar(totalRows: total, firstRow: 0, noun: "bytes")
      shown.show(rowCount: byteCount)
      bar = shown
    }
  }

  private let path: String
  private let replaces: Bool
  private let state: Mutex<State>

  init(_ path: String, replaces: Bool) throws(CommandFailure) {
    self.path = path
    self.replaces = replaces
    try Self.refuseExisting(path, replaces)
    let file = try NewFile(path)
    let sink = ByteSink(descriptor: file.descriptor, name: path)
    state = Mutex(State(file: file, sink: sink))
  }

  private static func refuseExisting(_ path: String, _ replaces: Bool) throws(CommandFailure) {
    var status = stat()
    guard !replaces, unsafe lstat(path, &status) == 0 else { return }
    throw CommandFailure("\(path) is there already; name another file, or say --replace.")
  }

  /// The daemon makes its own copy first: half of the way.
  func show(_ progress: BackupProgress) {
    state.withLock { state in
      state.total = progress.byteTotal
      state.show(progress.byteCount / 2)
    }
  }

  func write(_ bytes: [UInt8]) throws {
    try state.withLock { state in
      state.sink.bytes += bytes
      try state.sink.flushIfFull()
      state.written += UInt64(bytes.count)
      if state.written % (4 << 20) < UInt64(bytes.count) {
        state.show(state.total / 2 + state.written / 2)
      }
    }
  }

  /// Writes the rest and gives the file its name.
  func complete() throws {
    try state.withLock { state in
      try state.sink.flush()
      try Self.refuseExisting(path, replaces)
      try state.file.complete()
      state.bar?.clear()
    }
  }
}
