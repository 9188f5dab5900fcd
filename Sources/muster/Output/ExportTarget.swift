internal import Glibc
internal import MusterCSV
internal import MusterClient
internal import MusterCore
internal import Synchronization

/// Where an export goes: standard output, or a file that gets its name when it is complete.
final class ExportTarget: Sendable {
  private struct State: ~Copyable {
    /// nil for standard output.
    var file: NewFile?
    var sink: ByteSink
    var writer = CSVWriter()
    var rowCount: UInt64 = 0
  }

  private let state: Mutex<State>
  private let isSpreadsheetSafe: Bool

  /// - Parameters:
  ///   - path: The file; nil is standard output.
  ///   - isSpreadsheetSafe: Whether cells that a spreadsheet would run get a `'` in front.
  init(path: String?, isSpreadsheetSafe: Bool = false) throws(CommandFailure) {
    self.isSpreadsheetSafe = isSpreadsheetSafe
    guard let path else {
      state = Mutex(State(file: nil, sink: .standardOutput()))
      return
    }
    let file = try NewFile(path)
    let sink = ByteSink(descriptor: file.descriptor, name: path)
    state = Mutex(State(file: file, sink: sink))
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
          if isSpreadsheetSafe, unsafe cells[place].withSpan({ SpreadsheetCell.needsGuard($0) }) {
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
      try state.file?.complete()
      return state.rowCount
    }
  }
}
