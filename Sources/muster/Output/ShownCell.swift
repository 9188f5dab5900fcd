internal import MusterCore
internal import MusterFaults

/// A cell of a CSV file that a terminal gets.
enum ShownCell {
  /// The cell with its invisible characters escaped, so that a terminal obeys none.
  static func text(_ cell: UnsafeBufferPointer<UInt8>) -> String {
    let text = unsafe VisibleText.escaped(bytes: cell)
    return Mutant.printsAsIs.isOn ? RawText.of(text) : text
  }
}
