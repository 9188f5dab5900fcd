internal import ArgumentParser

/// The byte between the cells of a CSV file.
struct Delimiter: ExpressibleByArgument {
  var byte: UInt8

  static let comma = Delimiter(byte: UInt8(ascii: ","))

  init(byte: UInt8) { self.byte = byte }

  /// Takes one byte, or `tab`, or `\t`; a quote or a line end cannot delimit.
  init?(argument: String) {
    if argument == "tab" || argument == "\\t" {
      self.init(byte: UInt8(ascii: "\t"))
      return
    }
    guard argument.utf8.count == 1, let byte = argument.utf8.first, byte != 0,
      byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\r"), byte != UInt8(ascii: "\n")
    else { return nil }
    self.init(byte: byte)
  }

  var defaultValueDescription: String { "," }
}
