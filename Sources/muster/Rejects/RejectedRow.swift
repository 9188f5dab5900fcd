internal import MusterClient

/// A row that the daemon rejected, with all that is wrong with it.
struct RejectedRow: Equatable {
  /// The row's number, from 1.
  var row: UInt64
  /// The line on which it begins; 0 if that is not known.
  var line: Int
  /// Its faults, as they stand in the `_error` column.
  var text: [UInt8]

  init(_ fault: RowFault, line: Int) {
    row = fault.row
    self.line = line
    text = []
    add(fault)
  }

  init(row: UInt64, line: Int, text: [UInt8]) {
    self.row = row
    self.line = line
    self.text = text
  }

  /// Adds a fault as `column: text (hint)`.
  mutating func add(_ fault: RowFault) {
    guard text.count < CommandBounds.errorTextBytesMax else { return }
    if !text.isEmpty { text += Array("; ".utf8) }
    if let column = fault.column { text += Array("\(column): ".utf8) }
    text += Array(fault.code.text.utf8)
    if let hint = fault.hint { text += Array(" (\(hint))".utf8) }
    if text.count >= CommandBounds.errorTextBytesMax { text += Array("; and more".utf8) }
  }
}
