/// The bytes that mean something in a CSV file, beside the delimiter.
enum CSVBytes {
  static let quote: UInt8 = 0x22
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D

  /// Whether a byte may separate cells: any but a quote and the line ends.
  static func canDelimit(_ byte: UInt8) -> Bool {
    byte != quote && byte != lineFeed && byte != carriageReturn
  }
}
