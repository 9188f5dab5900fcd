/// Whether a header was cut at the wrong byte.
public enum CSVHeaderDelimiter {
  /// What cells are usually separated by.
  private static let usual = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]

  /// The byte that a header's cells seem to be separated by; nil if there is no sign of another.
  ///
  /// Only a header of one cell is looked at: no column's name has any of these bytes in it.
  ///
  /// - Parameter delimiter: The byte at which it was cut.
  public static func likely(in header: [[UInt8]], cutAt delimiter: UInt8) -> UInt8? {
    guard header.count == 1, let cell = header.first else { return nil }
    return usual.first { $0 != delimiter && cell.contains($0) }
  }
}
