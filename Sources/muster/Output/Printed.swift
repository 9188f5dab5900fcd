internal import MusterCore
internal import MusterFaults

extension TerminalText {
  /// The bytes that are printed; the one way from a message to a descriptor.
  var printed: [UInt8] { Array((Mutant.printsAsIs.isOn ? RawText.of(text) : text).utf8) }
}

extension ByteSink {
  /// Appends a line for people.
  mutating func append(_ line: TerminalText) { bytes += line.printed + [0x0A] }

  /// Appends a table for people.
  mutating func append(_ table: Table) {
    for line in table.lines() { append(line) }
  }

  /// Appends an object for programs, on a line of its own.
  mutating func append(_ object: JSONObject) { bytes += object.line }
}
