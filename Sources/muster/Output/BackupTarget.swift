internal import Glibc
internal import MusterClient
internal import MusterCore
internal import MusterFiles
internal import Synchronization

/// Where a backup goes; a file gets its name when it is complete.
final class BackupTarget: Sendable {
  private struct State: ~Copyable {
    var output: OutputFile
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

  private let state: Mutex<State>
  /// Whether the bytes go to standard output, where nothing else may go then.
  let isStandardOutput: Bool

  init(_ path: String, _ rule: TargetRule) throws(CommandFailure) {
    let output = try CommandFailure.of { () throws(FileFailure) in
      try OutputFile(FileName(path), rule)
    }
    guard !Terminal.isTerminal(output.descriptor) else {
      throw CommandFailure("A backup is no text for a terminal; name a file with --to.")
    }
    isStandardOutput = output.descriptor == 1
    let sink = ByteSink(descriptor: output.descriptor, name: path)
    state = Mutex(State(output: output, sink: sink))
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
      try CommandFailure.of { () throws(FileFailure) in try state.output.complete() }
      state.bar?.clear()
    }
  }
}
