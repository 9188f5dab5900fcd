internal import Glibc
internal import MusterCSV
internal import MusterClient
internal import MusterCore
internal import MusterFiles
internal import Synchronization

/// Where an export goes: standard output, or what the caller has named.
///
/// A file gets its name when it is complete. At a terminal, invisible characters are escaped.
final class ExportTarget: Sendable {
  private struct State: ~Copyable {
    var output: OutputFile
    var sink: ByteSink
    var writer = CSVWriter()
    var rowCount: UInt64 = 0
  }

  private let state: Mutex<State>
  private let isSpreadsheetSafe: Bool
  private let escapes: Bool

  /// - Parameters:
  ///   - path: The file; nil is standard output.
  ///   - rule: What is done about something that is there.
  ///   - isSpreadsheetSafe: Whether cells that a spreadsheet would run get a `'` in front.
  ///   - isRaw: Whether a terminal gets the bytes as they are, too.
  init(
    path: String?, rule: TargetRule, isSpreadsheetSafe: Bool = false, isRaw: Bool = false
  ) throws(CommandFailure) {
    self.isSpreadsheetSafe = isSpreadsheetSafe
    let output = try CommandFailure.of { () throws(FileFailure) in
      try OutputFile(FileName(path ?? "-"), rule)
    }
    escapes = !isRaw && Terminal.isTerminal(output.descriptor)
    let sink = ByteSink(descriptor: output.descriptor, name: path ?? "standard output")
    state = Mutex(State(output: output, sink: sink))
  }

  /// Whether it is a file that appears when it is complete.
  var isNewFile: Bool { state.withLock { $0.output.isNewFile } }

  func write(header: [String]) throws {
    if escapes {
      Diagnostics.note(
        "A terminal gets invisible characters as \\u{1B}; a file or a pipe, or a terminal with "
          + "--raw, gets each byte as it is.")
    }
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
          let isGuarded =
            unsafe isSpreadsheetSafe && cells[place].withSpan { SpreadsheetCell.needsGuard($0) }
          if escapes {
            let text = unsafe ShownCell.text(cells[place].buffer)
            state.writer.append((isGuarded ? "'" : "") + text, to: &state.sink.bytes)
          } else if isGuarded {
            let guarded = unsafe [SpreadsheetCell.guardByte] + cells[place].buffer
            state.writer.append(cell: guarded, to: &state.sink.bytes)
          } else {
            unsafe state.writer.append(cell: cells[place].buffer, to: &state.sink.bytes)
          }
        }
        state.writer.endRow(in: &state.sink.bytes)
      }
      state.rowCount += UInt64(rows.rowCount)
      try state.sink.flushIfFull()
    }
  }

  /// Writes the rest and gives the file its name.
  ///
  /// - Returns: How many members were written.
  func complete() throws -> UInt64 {
    try state.withLock { state in
      try state.sink.flush()
      try CommandFailure.of { () throws(FileFailure) in try state.output.complete() }
      return state.rowCount
    }
  }
}
